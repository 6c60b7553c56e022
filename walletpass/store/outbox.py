"""What must be told to phones: a row for a device and pass type, written with the fact it tells.

A change that arrives while the row is being sent raises its `generation`, and then the sender leaves it in place.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import (
    Column,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
)

from walletpass.store.columns import Instant, metadata
from walletpass.store.devices import device_topics, passes, registrations
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, run, upserting

push_outbox = Table(
    "push_outbox",
    metadata,
    Column("topic_id", ForeignKey("device_topics.id"), primary_key=True),
    Column("lane", Integer, nullable=False),  # 0: somebody is waiting; 1: bulk
    Column("generation", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_push_outbox_due", "lane", "due_at"),
)

INTERACTIVE, BULK = 0, 1
"""Lanes, in the order in which they leave."""


_PUSH = ("lane", "topic_id", "generation", "due_at", "attempts", "created_at")


def tell_phones(
    tx: Transaction, account_ids: Collection[int], now: datetime, *, lane: int = INTERACTIVE
) -> None:
    """One row for every phone and pass type that holds a pass of these accounts; a pending one is renewed."""
    run(tx, _tell_phones(tx.dialect.name), now=now, in_lane=lane, **ids_for(tx, account_ids))


def tell_phone(tx: Transaction, topic_id: int, now: datetime) -> None:
    tx.execute(_tell_phone(tx.dialect.name), {"now": now, "in_lane": INTERACTIVE, "topic": topic_id})


@cache
def _tell_phones(dialect: str) -> Executable:
    c, topics = registrations.c, device_topics.c
    is_theirs = and_(
        topics.device_id == c.device_id, topics.pass_type_identifier == passes.c.pass_type_identifier
    )
    held = (
        select(topics.id.label("topic_id"))
        .join_from(passes, registrations)
        .join(device_topics, is_theirs)
        .where(among(dialect, passes.c.account_id))
    )
    return _put_pushes(dialect, held.distinct().subquery())


@cache
def _tell_phone(dialect: str) -> Executable:
    return _put_pushes(dialect, select(bindparam("topic", type_=Integer).label("topic_id")).subquery())


def _put_pushes(dialect: str, topics: Subquery) -> Executable:
    at, lane = bindparam("now", type_=Instant), bindparam("in_lane", type_=Integer)
    values = (lane, topics.c.topic_id, literal(1), at, literal(0), at)
    # In order, or two who tell the same phones at once would wait for each other for ever. The WHERE stands
    # there because SQLite reads "SELECT … ON CONFLICT" as a join condition.
    rows_of = select(*values).where(literal(1) == literal(1)).order_by(topics.c.topic_id)
    sooner = case((push_outbox.c.lane < lane, push_outbox.c.lane), else_=lane)
    return (
        upserting(dialect, push_outbox)
        .from_select(_PUSH, rows_of)
        .on_conflict_do_update(
            index_elements=["topic_id"], set_={"generation": push_outbox.c.generation + 1, "lane": sooner}
        )
    )


def next_push(tx: Transaction, lanes: Iterable[int] = (INTERACTIVE, BULK)) -> datetime | None:
    """When the next push of these lanes is due."""
    dues = [tx.execute(_NEXT_PUSH, {"lane": lane}).scalar_one() for lane in lanes]
    return min((due for due in dues if due is not None), default=None)


_NEXT_PUSH = select(func.min(push_outbox.c.due_at)).where(push_outbox.c.lane == bindparam("lane"))


def forget_device(tx: Transaction, device_id: int) -> None:
    topics = select(device_topics.c.id).where(device_topics.c.device_id == device_id)
    tx.execute(delete(push_outbox).where(push_outbox.c.topic_id.in_(topics)))


def forget_topic(tx: Transaction, topic_id: int) -> None:
    tx.execute(delete(push_outbox).where(push_outbox.c.topic_id == topic_id))
