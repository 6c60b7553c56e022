"""The ledger: activities, their entries, the rewards they issued, and outcomes kept under idempotency keys.

Entries are only ever inserted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)

from walletpass.store.columns import Document, Instant, key, metadata, to
from walletpass.store.session import Transaction
from walletpass.store.staff import staff
from walletpass.store.statements import find, rows

activities = Table(
    "activities",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    Column("kind", String(20), nullable=False),  # a value of Done
    to("staff_id", "staff", nullable=True),
    to("location_id", "locations", nullable=True),
    Column("reason", String(200), nullable=False, default=""),
    Column("happened_at", Instant, nullable=False),
    Column("undone_at", Instant),
)

issued_rewards = Table(
    "issued_rewards",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    to("activity_id", "activities", index=True),
    to("program_version_id", "program_versions"),
    Column("milestone", Integer, nullable=False),
    Column("title", String(60), nullable=False),
    Column("state", String(10), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("redeemed_at", Instant),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("seq", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("stamps_after", Integer, nullable=False),
    to("activity_id", "activities", index=True),
    to("program_version_id", "program_versions"),
    to("reverses_id", "ledger_entries", nullable=True),
    to("issued_reward_id", "issued_rewards", nullable=True),
    to("staff_id", "staff", nullable=True),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("account_id", "seq"),
)

posted_outcomes = Table(
    "posted_outcomes",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    Column("key", String(80), nullable=False),
    Column("request_digest", LargeBinary(32), nullable=False),
    Column("outcome", Document, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("merchant_id", "key"),
)


_READY = (
    select(issued_rewards)
    .where(issued_rewards.c.account_id == bindparam("account_id"), issued_rewards.c.state == "issued")
    .order_by(issued_rewards.c.id)
)
_REWARDS_OF = select(issued_rewards).where(issued_rewards.c.activity_id == bindparam("activity_id"))
_NEWEST_ACTIVITY = (
    select(func.max(ledger_entries.c.activity_id))
    .where(ledger_entries.c.account_id == bindparam("account_id"))
    .scalar_subquery()
)
_LATEST = (
    select(ledger_entries, issued_rewards.c.title.label("reward_title"))
    .join_from(
        ledger_entries, issued_rewards, issued_rewards.c.id == ledger_entries.c.issued_reward_id, isouter=True
    )
    .where(ledger_entries.c.activity_id == _NEWEST_ACTIVITY)
    .order_by(ledger_entries.c.seq)
)


def find_outcome(tx: Transaction, merchant_id: int, idempotency_key: str) -> Row[Any] | None:
    c = posted_outcomes.c
    query = select(c.request_digest, c.outcome).where(c.merchant_id == merchant_id, c.key == idempotency_key)
    return find(tx, query)


def append_entries(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    tx.execute(insert(ledger_entries), rows)


def stamped_since(tx: Transaction, account_id: int, since: datetime) -> int:
    """Stamps given since then, less those taken back."""
    e = ledger_entries.c
    query = select(func.coalesce(func.sum(e.quantity), 0)).where(
        e.account_id == account_id, e.recorded_at >= since, e.kind.in_(("earn", "reverse_earn"))
    )
    return int(tx.execute(query).scalar_one())


def find_last_activity(tx: Transaction, account_id: int) -> Row[Any] | None:
    """The newest one that was not undone."""
    c = activities.c
    query = (
        select(activities)
        .where(c.account_id == account_id, c.undone_at.is_(None))
        .order_by(c.id.desc())
        .limit(1)
    )
    return find(tx, query)


def find_last_stamped_at(tx: Transaction, account_id: int) -> datetime | None:
    c = activities.c
    query = select(func.max(c.happened_at)).where(
        c.account_id == account_id, c.undone_at.is_(None), c.kind == "stamped"
    )
    at: datetime | None = tx.execute(query).scalar_one()
    return at


def list_entries_of(tx: Transaction, activity_id: int) -> list[Row[Any]]:
    e = ledger_entries.c
    query = (
        select(ledger_entries).where(e.activity_id == activity_id, e.reverses_id.is_(None)).order_by(e.seq)
    )
    return rows(tx, query)


def list_history(
    tx: Transaction, account_id: int, *, limit: int, before_seq: int | None = None
) -> list[Row[Any]]:
    """Newest first, with the staff member's name and the reward's title where there is one."""
    query = (
        select(
            ledger_entries,
            staff.c.name.label("staff_name"),
            issued_rewards.c.title.label("reward_title"),
            activities.c.reason,
            activities.c.undone_at,
        )
        .join_from(ledger_entries, activities, ledger_entries.c.activity_id == activities.c.id)
        .join(staff, staff.c.id == ledger_entries.c.staff_id, isouter=True)
        .join(issued_rewards, issued_rewards.c.id == ledger_entries.c.issued_reward_id, isouter=True)
        .where(ledger_entries.c.account_id == account_id)
        .order_by(ledger_entries.c.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        query = query.where(ledger_entries.c.seq < before_seq)
    return rows(tx, query)


def find_reward(tx: Transaction, account_id: int, reward_id: int) -> Row[Any] | None:
    c = issued_rewards.c
    return find(tx, select(issued_rewards).where(c.id == reward_id, c.account_id == account_id))


def list_ready_rewards(tx: Transaction, account_id: int) -> list[Row[Any]]:
    """Issued and not used yet, oldest first."""
    return rows(tx, _READY, account_id=account_id)


def list_rewards_of(tx: Transaction, activity_id: int) -> list[Row[Any]]:
    return rows(tx, _REWARDS_OF, activity_id=activity_id)


def void_rewards_of(tx: Transaction, activity_id: int) -> None:
    c = issued_rewards.c
    tx.execute(update(issued_rewards).where(c.activity_id == activity_id).values(state="voided"))


def set_reward_state(tx: Transaction, reward_id: int, state: str, now: datetime) -> None:
    values = {"state": state, "redeemed_at": now if state == "redeemed" else None}
    tx.execute(update(issued_rewards).where(issued_rewards.c.id == reward_id).values(**values))


def list_latest(tx: Transaction, account_id: int) -> list[Row[Any]]:
    """The entries of the newest activity, in order, with the titles of the rewards that they name."""
    return rows(tx, _LATEST, account_id=account_id)
