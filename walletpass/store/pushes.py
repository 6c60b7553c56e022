"""Pushes on their way out of the outbox, and what became of them.

A row is claimed by moving `due_at` forward and forgotten when APNs has accepted the push, unless it was renewed
meanwhile: then it is due again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Delete,
    Integer,
    Row,
    String,
    Table,
    Update,
    bindparam,
    case,
    delete,
    func,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store.columns import Instant, metadata
from walletpass.store.devices import device_topics, devices
from walletpass.store.outbox import outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import among, find, ids_for, rows, upsert

push_halts = Table(
    "push_halts",
    metadata,
    Column("pass_type_identifier", String(200), primary_key=True),
    Column("reason", String(60), nullable=False),
    Column("since", Instant, nullable=False),
    Column("retry_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
)
"""Pass types whose pushes APNs refuses for a reason that is not a phone's: they wait, none is lost."""

WINDOW = timedelta(hours=1)
"""In which a phone's pushes are counted."""


class Claimed(NamedTuple):
    """A row of the outbox that is ours until its claim ends."""

    id: int
    topic_id: int
    generation: int
    attempts: int
    pass_type_identifier: str
    push_token_sealed: bytes
    is_full: bool | None
    """This phone had all the pushes that it may have within the hour."""


@dataclass(frozen=True, slots=True)
class Postponed:
    id: int
    until: datetime
    attempts: int


_o, _t = outbox.c, device_topics.c
_is_counted = _t.window_at > bindparam("hour_ago", type_=Instant)
_DUE = (
    select(
        _o.id,
        _o.topic_id,
        _o.generation,
        _o.attempts,
        _t.pass_type_identifier,
        devices.c.push_token_sealed,
        _is_counted & (_t.window_pushes >= bindparam("limit")),
    )
    .join_from(outbox, device_topics)
    .join(devices)
    .where(_o.channel == "apple", _o.lane == bindparam("lane"), _o.due_at <= bindparam("now", type_=Instant))
    .order_by(_o.due_at, _o.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
)


@cache
def _claim(dialect: str) -> Update:
    return sql_update(outbox).where(among(dialect, _o.id)).values(due_at=bindparam("until"))


@cache
def _forget(dialect: str) -> Delete:
    return delete(outbox).where(among(dialect, _o.id), _o.generation == bindparam("sent_generation"))


@cache
def _renewed(dialect: str) -> Update:
    return sql_update(outbox).where(among(dialect, _o.id)).values(due_at=bindparam("now"), attempts=0)


@cache
def _note(dialect: str) -> Update:
    return (
        sql_update(device_topics)
        .where(among(dialect, _t.id))
        .values(
            pushed_at=bindparam("now"),
            window_at=case((_is_counted, _t.window_at), else_=bindparam("now", type_=Instant)),
            window_pushes=case((_is_counted, _t.window_pushes + 1), else_=1),
            given_up_at=None,
        )
    )


_POSTPONE = (
    sql_update(outbox)
    .where(_o.id == bindparam("row_id"))
    .values(due_at=bindparam("until"), attempts=bindparam("tried"))
)


def claim(
    tx: Transaction, now: datetime, until: datetime, most: int, limit: int, lanes: Iterable[int]
) -> list[Claimed]:
    """Take due pushes of these lanes in turn; they are nobody else's before `until`.

    `limit`: pushes that one phone may have in an hour.
    """
    taken: list[Claimed] = []
    for lane in lanes:
        if len(taken) < most:
            values = {"now": now, "hour_ago": now - WINDOW, "limit": limit}
            found = tx.execute(_DUE, {**values, "lane": lane, "most": most - len(taken)})
            taken += map(Claimed._make, found.all())
    if taken:
        ids = ids_for(tx, [row.id for row in taken])
        tx.execute(_claim(tx.dialect.name), {**ids, "until": until})
    return taken


def end_windows(tx: Transaction, full: Collection[Claimed]) -> dict[int, datetime]:
    """Row -> when the phone's hour is over."""
    if not full:
        return {}
    query = select(_t.id, _t.window_at).where(among(tx.dialect.name, _t.id))
    topics = ids_for(tx, [row.topic_id for row in full])
    began = {row.id: row.window_at for row in rows(tx, query, **topics)}
    return {row.id: began[row.topic_id] + WINDOW for row in full}


def hold(tx: Transaction, row_ids: Collection[int]) -> None:
    """Lock rows in the order in which `tell_phones` does, or two writers could wait for each other for ever."""
    if tx.dialect.name != "sqlite":  # which has one writer only
        tx.execute(_HOLD, ids_for(tx, row_ids))


_ordered = select(_o.id).where(among("postgresql", _o.id)).order_by(_o.topic_id).with_for_update()
_HOLD = select(func.count()).select_from(_ordered.subquery())


def note_accepted(tx: Transaction, accepted: Iterable[Claimed], now: datetime) -> None:
    """Forget the rows and note the pushes; a row that was renewed meanwhile is due again."""
    by_generation: dict[int, list[Claimed]] = defaultdict(list)
    for row in accepted:
        by_generation[row.generation].append(row)
    dialect = tx.dialect.name
    for generation, sent in by_generation.items():
        ids = ids_for(tx, [row.id for row in sent])
        forgotten = tx.execute(_forget(dialect), {**ids, "sent_generation": generation}).rowcount
        if forgotten < len(sent):
            tx.execute(_renewed(dialect), {**ids, "now": now})
        topics = ids_for(tx, [row.topic_id for row in sent])
        tx.execute(_note(dialect), {**topics, "now": now, "hour_ago": now - WINDOW})


def postpone(tx: Transaction, rows_: Collection[Postponed]) -> None:
    if rows_:
        values = [{"row_id": row.id, "until": row.until, "tried": row.attempts} for row in rows_]
        tx.execute(_POSTPONE, values)


def give_up(tx: Transaction, row_ids: Collection[int], born_before: datetime, now: datetime) -> int:
    """Drop those of the rows that are older than that, visibly; how many."""
    old = among(tx.dialect.name, _o.id) & (_o.created_at < born_before)
    dropped = rows(tx, delete(outbox).where(old).returning(_o.topic_id), **ids_for(tx, row_ids))
    return mark_given_up(tx, [row.topic_id for row in dropped], now)


def drop(tx: Transaction, claimed: Collection[Claimed], now: datetime) -> None:
    """Pushes that can never be sent, visibly."""
    tx.execute(delete(outbox).where(among(tx.dialect.name, _o.id)), ids_for(tx, [row.id for row in claimed]))
    mark_given_up(tx, [row.topic_id for row in claimed], now)


def mark_given_up(tx: Transaction, topic_ids: Collection[int], now: datetime) -> int:
    if topic_ids:
        statement = sql_update(device_topics).where(among(tx.dialect.name, _t.id)).values(given_up_at=now)
        tx.execute(statement, ids_for(tx, topic_ids))
    return len(topic_ids)


def lock_device_of(tx: Transaction, topic_id: int) -> Row[Any] | None:
    """The phone behind a topic: `id`, `push_token_sealed`, `token_given_at`."""
    query = select(devices).join_from(device_topics, devices).where(_t.id == topic_id)
    return find(tx, query.with_for_update(of=devices))


def list_halts(tx: Transaction) -> list[Row[Any]]:
    return rows(tx, select(push_halts).order_by(push_halts.c.since))


def keep_halt(
    tx: Transaction, pass_type: str, reason: str, now: datetime, retry_at: datetime, attempts: int
) -> None:
    given = {"reason": reason, "retry_at": retry_at, "attempts": attempts}
    statement = upsert(tx, push_halts).values(pass_type_identifier=pass_type, since=now, **given)
    tx.execute(statement.on_conflict_do_update(index_elements=["pass_type_identifier"], set_=given))


def end_halt(tx: Transaction, pass_type: str) -> None:
    tx.execute(delete(push_halts).where(push_halts.c.pass_type_identifier == pass_type))


def count_waiting(tx: Transaction) -> Row[Any]:
    """`waiting` pushes, and the instant the `oldest` of them was put."""
    query = select(func.count().label("waiting"), func.min(_o.created_at).label("oldest"))
    return tx.execute(query.where(_o.channel == "apple")).one()
