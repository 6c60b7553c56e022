"""What must be told to a phone or a mailbox: a row written with the fact it tells.

A row is claimed by moving `due_at` forward, so one whose sender died comes due again by itself. For phones
there is at most one row per device and pass type; a change that arrives while it is being sent raises its
`generation`, and then the sender's `forget` leaves it in place.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Executable,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Subquery,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.devices import device_topics, passes, registrations
from walletpass.store.session import Transaction
from walletpass.store.statements import among, change, ids_for, rows, upserting

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("channel", String(10), nullable=False),  # apple, mail
    Column("lane", Integer, nullable=False, default=0),  # 0: somebody is waiting; 1: bulk
    to("topic_id", "device_topics", nullable=True),
    Column("letter_sealed", LargeBinary),
    Column("generation", Integer, nullable=False, default=1),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("topic_id"),
    Index("ix_outbox_due", "channel", "lane", "due_at", "id"),
)

INTERACTIVE, BULK = 0, 1
"""Lanes, in the order in which they leave."""


_PUSH = ("channel", "lane", "topic_id", "generation", "due_at", "attempts", "created_at")


def tell_phones(
    tx: Transaction, account_ids: Collection[int], now: datetime, *, lane: int = INTERACTIVE
) -> None:
    """One row for every phone and pass type that holds a pass of these accounts; a pending one is renewed."""
    tx.execute(_tell_phones(tx.dialect.name), {"now": now, "in_lane": lane, **ids_for(tx, account_ids)})


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
    values = (literal("apple"), lane, topics.c.topic_id, literal(1), at, literal(0), at)
    # In order, or two who tell the same phones at once would wait for each other for ever. The WHERE stands
    # there because SQLite reads "SELECT … ON CONFLICT" as a join condition.
    rows_of = select(*values).where(literal(1) == literal(1)).order_by(topics.c.topic_id)
    sooner = case((outbox.c.lane < lane, outbox.c.lane), else_=lane)
    return (
        upserting(dialect, outbox)
        .from_select(_PUSH, rows_of)
        .on_conflict_do_update(
            index_elements=["topic_id"], set_={"generation": outbox.c.generation + 1, "lane": sooner}
        )
    )


def put_letter(tx: Transaction, letter_sealed: bytes, now: datetime, *, lane: int = INTERACTIVE) -> None:
    values = {
        "channel": "mail",
        "lane": lane,
        "letter_sealed": letter_sealed,
        "due_at": now,
        "created_at": now,
    }
    tx.execute(insert(outbox).values(**values))


def claim_letters(tx: Transaction, now: datetime, until: datetime, most: int) -> list[Row[Any]]:
    """Take due letters, oldest first; they are nobody else's before `until`."""
    c = outbox.c
    due = (
        select(c.id).where(c.channel == "mail", c.due_at <= now).order_by(c.lane, c.due_at, c.id).limit(most)
    )
    due = due.with_for_update(skip_locked=True)
    statement = (
        update(outbox)
        .where(c.id.in_(due))
        .values(due_at=until, attempts=c.attempts + 1)
        .returning(c.id, c.attempts, c.letter_sealed)
    )
    return rows(tx, statement)


def forget(tx: Transaction, row_id: int) -> None:
    tx.execute(delete(outbox).where(outbox.c.id == row_id))


def postpone(tx: Transaction, row_id: int, until: datetime) -> None:
    change(tx, outbox, row_id, due_at=until)


def next_due(tx: Transaction, channel: str, lanes: Iterable[int] = (INTERACTIVE, BULK)) -> datetime | None:
    dues = [tx.execute(_NEXT_DUE, {"channel": channel, "lane": lane}).scalar_one() for lane in lanes]
    return min((due for due in dues if due is not None), default=None)


_NEXT_DUE = select(func.min(outbox.c.due_at)).where(
    outbox.c.channel == bindparam("channel"), outbox.c.lane == bindparam("lane")
)


def forget_device(tx: Transaction, device_id: int) -> None:
    topics = select(device_topics.c.id).where(device_topics.c.device_id == device_id)
    tx.execute(delete(outbox).where(outbox.c.topic_id.in_(topics)))


def forget_topic(tx: Transaction, topic_id: int) -> None:
    tx.execute(delete(outbox).where(outbox.c.topic_id == topic_id))
