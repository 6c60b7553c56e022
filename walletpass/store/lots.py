"""Lots: credits that can be used up or run out, and which debit took how much of which.

Allocations are only ever inserted; what remains of a lot is a view of them, kept beside it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    and_,
    bindparam,
    case,
    false,
    func,
    insert,
    select,
    true,
)
from sqlalchemy import update as sql_update

from walletpass.store.accounts import all_of_holder
from walletpass.store.columns import Day, Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.ledger import entries_of, first_credit, ledger_entries
from walletpass.store.session import Transaction
from walletpass.store.statements import put, rows, run

lots = Table(
    "lots",
    metadata,
    to("account_id", "accounts"),
    Column(
        "used_up", Boolean, nullable=False
    ),  # whether nothing remains: those of which something does lie together
    to("entry_id", "ledger_entries"),  # what it was credited by, and known by
    Column("unit", String(10), nullable=False),
    Column("original", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("earned_on", Day, nullable=False),
    Column("available_from", Instant),  # None: at once
    Column("expires_at", Instant),  # None: never, or when the account's rolling date comes
    Column("rolls", Boolean, nullable=False),
    Column("latest_at", Instant),  # of one that rolls
    PrimaryKeyConstraint("account_id", "used_up", "entry_id"),
    CheckConstraint("used_up = (remaining = 0)", name="ck_lots_used_up"),
    sqlite_with_rowid=False,
)

lot_allocations = Table(
    "lot_allocations",
    metadata,
    key(),
    to("lot_id", "ledger_entries", index=True),
    to("entry_id", "ledger_entries", index=True),
    Column("quantity", Integer, nullable=False),  # negative: given back
)

_l, _a = lots.c, lot_allocations.c
_opened = ledger_entries.alias()
_IS_OPEN = and_(_l.account_id == bindparam("account_id"), _l.used_up == false())
_ANY = _l.used_up.in_((False, True))
"""In a lot's key between its account and its entry: said for the key to be found by."""
_OF_LOT = and_(
    _l.account_id
    == select(_opened.c.account_id).where(_opened.c.id == bindparam("lot_id")).scalar_subquery(),
    _ANY,
    _l.entry_id == bindparam("lot_id"),
)
_OPEN = select(lots).where(_IS_OPEN, _l.unit == bindparam("unit")).order_by(_l.entry_id)
_TAKEN = (
    select(lots, func.sum(_a.quantity).label("taken"))
    .join_from(lot_allocations, _opened, _opened.c.id == _a.lot_id)
    .join(lots, and_(_l.account_id == _opened.c.account_id, _ANY, _l.entry_id == _a.lot_id))
    .where(_a.entry_id == bindparam("entry_id"))
    .group_by(*lots.c)
    .having(func.sum(_a.quantity) != 0)
    .order_by(_l.entry_id)
)
_taken = bindparam("taken", type_=Integer)
_TAKE = (
    sql_update(lots).where(_OF_LOT).values(remaining=_l.remaining - _taken, used_up=_l.remaining == _taken)
)
_NOW = bindparam("now", type_=Instant)
_NEXT_CHANGES = select(
    *(func.min(case((at > _NOW, at))) for at in (_l.expires_at, _l.latest_at, _l.available_from))
).where(_IS_OPEN)


def list_open(tx: Transaction, account_id: int, unit: str) -> list[Record]:
    """Lots with something left, also those whose time is over but who were not closed yet."""
    return rows(tx, _OPEN, account_id=account_id, unit=unit)


def list_taken_by(tx: Transaction, entry_id: int) -> list[Record]:
    """Lots from which a debit took something, with `taken`: how much of it was not given back."""
    return rows(tx, _TAKEN, entry_id=entry_id)


def list_credits(tx: Transaction, account_id: int) -> dict[int, int]:
    """Lot with something left -> the entry that its units came by."""
    query = select(_l.entry_id, first_credit(ledger_entries).label("credit")).join_from(lots, ledger_entries)
    return {row.entry_id: row.credit for row in rows(tx, query.where(_IS_OPEN), account_id=account_id)}


def sum_expired(tx: Transaction, activity_ids: Collection[int], moved_to: int | None = None) -> Counter[int]:
    """Entry of these activities -> how much of what it credited has run out.

    `moved_to`: the account that has what theirs had; it may have run out there, or on its way there.
    """
    opened, end = ledger_entries.alias(), ledger_entries.alias()
    credit = first_credit(opened)
    ended = (
        select(credit.label("credit"), _a.quantity)
        .join_from(lot_allocations, opened, opened.c.id == _a.lot_id)
        .join(end, end.c.id == _a.entry_id)
        .where(end.c.kind.in_(("expire", "reverse_expire")))
    )
    found = rows(tx, ended.where(opened.c.id.in_(entries_of(activity_ids))))
    if moved_to is not None:
        brought = (opened.c.account_id.in_(all_of_holder(moved_to)), opened.c.kind == "transfer_in")
        found += rows(tx, ended.where(*brought, credit.in_(entries_of(activity_ids))))
    expired: Counter[int] = Counter()
    for row in found:
        expired[row.credit] += row.quantity
    return expired


def add_lots(tx: Transaction, values: list[Mapping[str, Any]]) -> None:
    tx.execute(insert(lots), values)


def allocate(tx: Transaction, parts: Iterable[tuple[int, int, int]]) -> None:
    """(lot, entry, quantity) each; a negative quantity is given back."""
    for lot_id, entry_id, quantity in parts:
        put(tx, lot_allocations, lot_id=lot_id, entry_id=entry_id, quantity=quantity)
        run(tx, _TAKE, lot_id=lot_id, taken=quantity)


def change_terms(
    tx: Transaction, lot_id: int, expires_at: datetime | None, rolls: bool, latest_at: datetime | None
) -> None:
    values = {"expires_at": expires_at, "rolls": rolls, "latest_at": latest_at}
    tx.execute(sql_update(lots).where(_OF_LOT).values(**values), {"lot_id": lot_id})


def close_used_up(tx: Transaction, account_id: int, unit: str, ended_at: datetime) -> None:
    """Lots that rolled to a date that has passed: nothing was left to run out, but they ended too.

    Not those that last longer for another reason, or ended sooner.
    """
    used_up = (_l.account_id == account_id, _l.used_up == true(), _l.unit == unit, _l.rolls)
    ended = (
        _l.expires_at.is_(None) | (_l.expires_at <= ended_at),
        _l.latest_at.is_(None) | (_l.latest_at > ended_at),
    )
    tx.execute(sql_update(lots).where(*used_up, *ended).values(expires_at=ended_at, latest_at=ended_at))


def next_change(tx: Transaction, account_id: int, now: datetime) -> datetime | None:
    """When a lot ends by a date of its own, or one that waits can be used, whichever comes first."""
    changes = tx.execute(_NEXT_CHANGES, {"account_id": account_id, "now": now}).one()
    return min((at for at in changes if at is not None), default=None)
