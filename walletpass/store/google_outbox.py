"""Cards whose objects Google is to be told of: one row per object, written with the fact it tells.

A row is claimed by moving `due_at` forward and is a claimer's only while it is due when that claim ends. It is due a
moment after the fact, so that several facts of that moment are one call.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store.columns import Instant, metadata
from walletpass.store.google import google_objects
from walletpass.store.outbox import BULK, INTERACTIVE
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, run, upserting

google_outbox = Table(
    "google_outbox",
    metadata,
    Column("object_id", ForeignKey("google_objects.id"), primary_key=True),
    Column("lane", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_google_outbox_due", "lane", "due_at"),
)

COALESCE = timedelta(seconds=1)
"""Changes of one card within it are one call."""
_COLUMNS = ("lane", "object_id", "generation", "due_at", "attempts", "created_at")
_g = google_outbox.c


class ClaimedObject(NamedTuple):
    """A row that is ours until its claim ends."""

    object_id: int
    lane: int
    generation: int
    attempts: int
    created_at: datetime
    until: datetime


@cache
def _tell(dialect: str) -> Executable:
    c = google_objects.c
    return _put(dialect, among(dialect, c.account_id) & c.removed_at.is_(None) & (c.sent != ""))


@cache
def _tell_one(dialect: str) -> Executable:
    return _put(dialect, google_objects.c.id == bindparam("object_id"))


def _put(dialect: str, which: ColumnElement[bool]) -> Executable:
    lane = bindparam("in_lane", type_=Integer)
    due, now = bindparam("due", type_=Instant), bindparam("now", type_=Instant)
    values = (lane, google_objects.c.id, literal(1), due, literal(0), now)
    # In order, or two who tell the same objects at once would wait for each other for ever.
    told = select(*values).where(which).order_by(google_objects.c.id)
    sooner = case((_g.lane < lane, _g.lane), else_=lane)
    return (
        upserting(dialect, google_outbox)
        .from_select(_COLUMNS, told)
        .on_conflict_do_update(
            index_elements=["object_id"], set_={"generation": _g.generation + 1, "lane": sooner}
        )
    )


def tell_objects(
    tx: Transaction, account_ids: Collection[int], now: datetime, *, lane: int = INTERACTIVE
) -> None:
    """One row for every object of these accounts that Google has and somebody may hold; a pending one is renewed."""
    values = {"now": now, "due": now + COALESCE, "in_lane": lane}
    run(tx, _tell(tx.dialect.name), **values, **ids_for(tx, account_ids))


def tell_object(tx: Transaction, object_id: int, now: datetime) -> None:
    """Whatever is known of it."""
    values = {"now": now, "due": now, "in_lane": INTERACTIVE, "object_id": object_id}
    tx.execute(_tell_one(tx.dialect.name), values)


_DUE = (
    select(_g.object_id, _g.lane, _g.generation, _g.attempts, _g.created_at)
    .where(_g.lane == bindparam("lane"), _g.due_at <= bindparam("now", type_=Instant))
    .order_by(_g.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


@cache
def _claim(dialect: str) -> Executable:
    return sql_update(google_outbox).where(among(dialect, _g.object_id)).values(due_at=bindparam("until"))


def claim(tx: Transaction, now: datetime, until: datetime, most: int) -> list[ClaimedObject]:
    """Take what is due, who waits before bulk; it is nobody else's before `until`."""
    taken: list[ClaimedObject] = []
    for lane in (INTERACTIVE, BULK):
        if len(taken) < most:
            found = tx.execute(_DUE, {"now": now, "lane": lane, "most": most - len(taken)})
            taken += [ClaimedObject._make((*row, until)) for row in found.all()]
    if taken:
        ids = ids_for(tx, [row.object_id for row in taken])
        tx.execute(_claim(tx.dialect.name), {**ids, "until": until})
    return taken


def forget(tx: Transaction, row: ClaimedObject, now: datetime) -> None:
    """Google has it; one that was renewed meanwhile is due again."""
    ours = (_g.object_id == row.object_id, _g.due_at == row.until)
    gone = tx.execute(delete(google_outbox).where(*ours, _g.generation == row.generation)).rowcount
    if not gone:
        tx.execute(sql_update(google_outbox).where(*ours).values(due_at=now, attempts=0))


def drop(tx: Transaction, object_id: int) -> None:
    tx.execute(delete(google_outbox).where(_g.object_id == object_id))


def postpone(tx: Transaction, row: ClaimedObject, until: datetime, attempts: int) -> None:
    ours = (_g.object_id == row.object_id, _g.due_at == row.until)
    tx.execute(sql_update(google_outbox).where(*ours).values(due_at=until, attempts=attempts))


def next_object(tx: Transaction) -> datetime | None:
    """When the next one is due."""
    dues = [tx.execute(_NEXT, {"lane": lane}).scalar_one() for lane in (INTERACTIVE, BULK)]
    return min((due for due in dues if due is not None), default=None)


_NEXT = select(func.min(_g.due_at)).where(_g.lane == bindparam("lane"))


def count_waiting(tx: Transaction) -> Any:
    """`waiting` rows, and the instant the `oldest` of them was put."""
    query = select(func.count().label("waiting"), func.min(_g.created_at).label("oldest"))
    return tx.execute(query).one()
