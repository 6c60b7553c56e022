"""Which tiers members have had: one row for each stay, the present one without an end."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, String, Table, bindparam, select, update

from walletpass.store.accounts import all_of_holder
from walletpass.store.columns import Day, Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import add, rows

tier_memberships = Table(
    "tier_memberships",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    Column("tier", String(40), nullable=False),
    Column("since", Instant, nullable=False),
    Column("held_through", Day),  # local to the program
    Column("ends_at", Instant),
    Column("manual", Boolean, nullable=False),
    Column("rewarded", Boolean, nullable=False),  # the entry reward was given with this stay
    Column("left_at", Instant),
)

_t = tier_memberships.c
_OF_HOLDER = _t.account_id.in_(all_of_holder(bindparam("account_id")))
_STAYS = select(tier_memberships).where(_OF_HOLDER).order_by(_t.id)


def list_stays(tx: Transaction, account_id: int) -> list[Record]:
    """Oldest first; also those of cards that were merged into this one."""
    return rows(tx, _STAYS, account_id=account_id)


def change_stay(tx: Transaction, account_id: int, **values: Any) -> None:
    """Of the present one."""
    present = update(tier_memberships).where(_t.account_id == account_id, _t.left_at.is_(None))
    tx.execute(present.values(**values))


def begin_stay(tx: Transaction, account_id: int, now: datetime, **values: Any) -> None:
    """The one before, if there is one, ends."""
    change_stay(tx, account_id, left_at=now)
    add(tx, tier_memberships, account_id=account_id, **values)
