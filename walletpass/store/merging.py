"""What leads from one account to another since the two turned out to be one person's.

Activities and entries stay where they were written.
"""

from collections.abc import Sequence

from sqlalchemy import Table, delete, literal, select, update

from walletpass.store.bookings import bookings
from walletpass.store.counters import add_to_rule, rule_counters
from walletpass.store.due import due_items, expiry_warnings
from walletpass.store.referrals import device_hints, referrals
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import rows, upsert
from walletpass.store.tiers import tier_memberships

_ONCE: dict[Table, Sequence[str]] = {
    device_hints: ("digest",),
    expiry_warnings: ("unit", "expires_at", "offset", "sent_at"),
}
"""Of which one account has each at most once."""


def move_open_rewards(tx: Transaction, gone_id: int, kept_id: int) -> list[int]:
    """Their ids. Those that were used stay where that is written."""
    c = issued_rewards.c
    unused = update(issued_rewards).where(c.account_id == gone_id, c.state.in_(("issued", "reserved")))
    return list(tx.execute(unused.values(account_id=kept_id).returning(c.id)).scalars())


def move_rest(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """Counters, what is due, bookings and invitations."""
    for table, columns in _ONCE.items():
        mine = select(literal(kept_id), *(table.c[name] for name in columns))
        statement = upsert(tx, table).from_select(
            ["account_id", *columns], mine.where(table.c.account_id == gone_id)
        )
        tx.execute(statement.on_conflict_do_nothing())
    c = rule_counters.c
    counted = select(c.rule, c.period_start, c["count"].label("times")).where(c.account_id == gone_id)
    for row in rows(tx, counted):
        add_to_rule(tx, kept_id, row.rule, row.period_start, row.times)
    tx.execute(update(bookings).where(bookings.c.account_id == gone_id).values(account_id=kept_id))
    _move_due(tx, gone_id, kept_id)
    _move_referrals(tx, gone_id, kept_id)


def take_over_tier(tx: Transaction, gone_id: int, kept_id: int) -> bool:
    """Whether there was one to take over: by somebody who never had any."""
    c = tier_memberships.c
    if tx.execute(select(c.id).where(c.account_id == kept_id).limit(1)).first() is not None:
        return False
    stays = update(tier_memberships).where(c.account_id == gone_id).values(account_id=kept_id)
    return tx.execute(stays).rowcount > 0


def _move_due(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """Of two that look after the same, the one that comes first."""
    c = due_items.c
    present = {(row.kind, row.ref): row for row in rows(tx, select(due_items).where(c.account_id == kept_id))}
    for row in rows(tx, select(due_items).where(c.account_id == gone_id)):
        same = present.get((row.kind, row.ref))
        if same is None:
            tx.execute(update(due_items).where(c.id == row.id).values(account_id=kept_id))
        else:
            sooner = min(row.due_at, same.due_at)
            tx.execute(update(due_items).where(c.id == same.id).values(due_at=sooner))
            tx.execute(delete(due_items).where(c.id == row.id))


def _move_referrals(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """Whoever was brought stays brought, once; nobody has brought themselves."""
    c = referrals.c
    seen = select(c.device_digest).where(c.referrer_account_id == kept_id, c.device_digest.is_not(None))
    brought = update(referrals).where(
        c.referrer_account_id == gone_id,
        c.friend_account_id.is_distinct_from(kept_id),
        c.device_digest.is_(None) | c.device_digest.not_in(seen),
    )
    tx.execute(brought.values(referrer_account_id=kept_id))
    was_brought = tx.execute(select(c.id).where(c.friend_account_id == kept_id)).first() is not None
    if not was_brought:
        friend = update(referrals).where(c.friend_account_id == gone_id, c.referrer_account_id != kept_id)
        tx.execute(friend.values(friend_account_id=kept_id))
