"""What has to be done later: rows of ours, claimed like the outbox. A scheduler only ticks."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Executable,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from walletpass.store.columns import Document, Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows, run, upserting

due_items = Table(
    "due_items",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("kind", String(20), nullable=False),
    Column("ref", String(80), nullable=False, default=""),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("payload", Document),
    UniqueConstraint("account_id", "kind", "ref"),
    Index("ix_due_items_due_at", "due_at"),
)

expiry_warnings = Table(
    "expiry_warnings",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("unit", String(10), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column(
        "offset", String(20), nullable=False
    ),  # ISO 8601 duration before the last valid day; "" the last note
    Column("sent_at", Instant, nullable=False),
    UniqueConstraint("account_id", "unit", "expires_at", "offset"),
)

EXPIRY = "expiry"
"""Kind of the one row of an account that looks after all that ends. It may ring early, never late."""
ENDED_NOTE = "ended_note"


class Item(NamedTuple):
    id: int
    account_id: int
    kind: str
    ref: str
    payload: dict[str, Any] | None
    attempts: int


_d = due_items.c
_DUE = (
    select(_d.id)
    .where(_d.due_at <= bindparam("now", type_=Instant))
    .order_by(_d.due_at)
    .limit(bindparam("most"))
)
_CLAIM = (
    update(due_items)
    .where(_d.id.in_(_DUE.with_for_update(skip_locked=True)))
    .values(due_at=bindparam("until"), attempts=_d.attempts + 1)
    .returning(_d.id, _d.account_id, _d.kind, _d.ref, _d.payload, _d.attempts)
)


_HOLD = select(_d.id).where(_d.id == bindparam("item_id")).with_for_update()


@cache
def _put(dialect: str) -> Executable:
    statement = upserting(dialect, due_items)
    new = {name: statement.excluded[name] for name in ("due_at", "payload")}
    return statement.on_conflict_do_update(
        index_elements=["account_id", "kind", "ref"], set_={**new, "attempts": 0}
    )


@cache
def _ring(dialect: str) -> Executable:
    statement = upserting(dialect, due_items)
    sooner = case((_d.due_at < statement.excluded.due_at, _d.due_at), else_=statement.excluded.due_at)
    return statement.on_conflict_do_update(
        index_elements=["account_id", "kind", "ref"], set_={"due_at": sooner}
    )


def put(
    tx: Transaction,
    account_id: int,
    kind: str,
    ref: str,
    due_at: datetime,
    payload: dict[str, Any] | None = None,
) -> None:
    """Have it done then; the same one once more is moved."""
    values = {"account_id": account_id, "kind": kind, "ref": ref, "due_at": due_at, "payload": payload}
    run(tx, _put(tx.dialect.name), **values, attempts=0)


def ring(tx: Transaction, account_id: int, kind: str, due_at: datetime) -> None:
    """Have it looked after then at the latest."""
    values = {"account_id": account_id, "kind": kind, "ref": "", "due_at": due_at, "payload": None}
    run(tx, _ring(tx.dialect.name), **values, attempts=0)


def claim(tx: Transaction, now: datetime, until: datetime, most: int) -> list[Item]:
    """Take what is due; it is nobody else's before `until`."""
    return [Item._make(row) for row in rows(tx, _CLAIM, now=now, until=until, most=most)]


def hold(tx: Transaction, item_id: int) -> bool:
    """Whether it is still to be done; until the transaction ends nobody else does it."""
    return find(tx, _HOLD, item_id=item_id) is not None


def drop(tx: Transaction, item_id: int) -> None:
    tx.execute(delete(due_items).where(_d.id == item_id))


def drop_of(tx: Transaction, account_id: int, kind: str, ref: str) -> bool:
    """Whether there was one."""
    found = tx.execute(delete(due_items).where(_d.account_id == account_id, _d.kind == kind, _d.ref == ref))
    return bool(found.rowcount)


def move(tx: Transaction, item_id: int, due_at: datetime) -> None:
    tx.execute(update(due_items).where(_d.id == item_id).values(due_at=due_at, attempts=0))


def next_due(tx: Transaction) -> datetime | None:
    due: datetime | None = tx.execute(select(func.min(_d.due_at))).scalar_one()
    return due


def list_warnings(tx: Transaction, account_id: int, unit: str, ends: Collection[datetime]) -> list[Record]:
    """Those sent about these ends."""
    c = expiry_warnings.c
    query = select(c.expires_at, c.offset).where(c.account_id == account_id, c.unit == unit)
    return rows(tx, query.where(c.expires_at.in_(ends)))


def add_warning(
    tx: Transaction, account_id: int, unit: str, expires_at: datetime, offset: str, now: datetime
) -> None:
    values = {"account_id": account_id, "unit": unit, "expires_at": expires_at, "offset": offset}
    tx.execute(insert(expiry_warnings).values(**values, sent_at=now))
