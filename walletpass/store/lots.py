"""Lots: credits that can be used up or run out, and which debit took how much of which.

Allocations are only ever inserted; what remains of a lot is a view of them, kept beside it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.ledger import ledger_entries
from walletpass.store.session import Transaction
from walletpass.store.statements import put, rows, run

lots = Table(
    "lots",
    metadata,
    key(),
    to("account_id", "accounts"),
    to("entry_id", "ledger_entries", index=True),
    Column("unit", String(10), nullable=False),
    Column("original", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("earned_on", Date, nullable=False),
    Column("available_from", Instant),  # None: at once
    Column("expires_at", Instant),  # None: never, or when the account's rolling date comes
    Column("rolls", Boolean, nullable=False),
    Column("latest_at", Instant),  # of one that rolls
    Index("ix_lots_open", "account_id", "remaining"),
)

lot_allocations = Table(
    "lot_allocations",
    metadata,
    key(),
    to("lot_id", "lots", index=True),
    to("entry_id", "ledger_entries", index=True),
    Column("quantity", Integer, nullable=False),  # negative: given back
)

_l, _a = lots.c, lot_allocations.c
_OPEN = (
    select(lots)
    .where(_l.account_id == bindparam("account_id"), _l.remaining > 0, _l.unit == bindparam("unit"))
    .order_by(_l.id)
)
_OF_ENTRY = select(lots).where(_l.entry_id == bindparam("entry_id"))
_TAKEN = (
    select(lots, func.sum(_a.quantity).label("taken"))
    .join_from(lot_allocations, lots)
    .where(_a.entry_id == bindparam("entry_id"))
    .group_by(*lots.c)
    .having(func.sum(_a.quantity) != 0)
    .order_by(_l.id)
)
_TAKE = (
    sql_update(lots)
    .where(_l.id == bindparam("id_of_lot"))
    .values(remaining=_l.remaining - bindparam("taken", type_=Integer))
)
_NEXT_END = select(func.min(_l.expires_at), func.min(_l.available_from)).where(
    _l.account_id == bindparam("account_id"), _l.remaining > 0
)


def list_open(tx: Transaction, account_id: int, unit: str) -> list[Row[Any]]:
    """Lots with something left, also those whose time is over but who were not closed yet."""
    return rows(tx, _OPEN, account_id=account_id, unit=unit)


def list_of_entry(tx: Transaction, entry_id: int) -> list[Row[Any]]:
    return rows(tx, _OF_ENTRY, entry_id=entry_id)


def list_taken_by(tx: Transaction, entry_id: int) -> list[Row[Any]]:
    """Lots from which a debit took something, with `taken`: how much of it was not given back."""
    return rows(tx, _TAKEN, entry_id=entry_id)


def sum_expired(tx: Transaction, activity_id: int) -> dict[int, int]:
    """Entry of that activity -> how much of what it credited has run out."""
    credit, end = ledger_entries.alias(), ledger_entries.alias()
    query = (
        select(_l.entry_id, func.sum(_a.quantity).label("expired"))
        .join_from(lot_allocations, lots)
        .join(credit, credit.c.id == _l.entry_id)
        .join(end, end.c.id == _a.entry_id)
        .where(credit.c.activity_id == activity_id, end.c.kind.in_(("expire", "reverse_expire")))
        .group_by(_l.entry_id)
    )
    return {row.entry_id: int(row.expired) for row in rows(tx, query)}


def add_lots(tx: Transaction, values: list[Mapping[str, Any]]) -> None:
    tx.execute(insert(lots), values)


def allocate(tx: Transaction, parts: Iterable[tuple[int, int, int]]) -> None:
    """(lot, entry, quantity) each; a negative quantity is given back."""
    for lot_id, entry_id, quantity in parts:
        put(tx, lot_allocations, lot_id=lot_id, entry_id=entry_id, quantity=quantity)
        run(tx, _TAKE, id_of_lot=lot_id, taken=quantity)


def change_terms(
    tx: Transaction, lot_id: int, expires_at: datetime | None, rolls: bool, latest_at: datetime | None
) -> None:
    values = {"expires_at": expires_at, "rolls": rolls, "latest_at": latest_at}
    tx.execute(sql_update(lots).where(_l.id == lot_id).values(**values))


def close_used_up(tx: Transaction, account_id: int, unit: str, ended_at: datetime) -> None:
    """Lots that rolled to a date that has passed: nothing was left to run out, but they ended too.

    Not those that last longer for another reason, or ended sooner.
    """
    used_up = (_l.account_id == account_id, _l.remaining == 0, _l.unit == unit, _l.rolls)
    ended = (
        _l.expires_at.is_(None) | (_l.expires_at <= ended_at),
        _l.latest_at.is_(None) | (_l.latest_at > ended_at),
    )
    tx.execute(sql_update(lots).where(*used_up, *ended).values(expires_at=ended_at, latest_at=ended_at))


def next_change(tx: Transaction, account_id: int, now: datetime) -> datetime | None:
    """When a lot of its own date ends, or one that waits can be used, whichever comes first."""
    ends, begins = tx.execute(_NEXT_END, {"account_id": account_id}).one()
    return min((at for at in (ends, begins) if at is not None and at > now), default=None)
