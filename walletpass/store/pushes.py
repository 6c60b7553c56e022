"""Pushes on their way out of the outbox, and what became of them.

A row is claimed by moving `due_at` forward, so one whose sender died comes due again by itself. It is forgotten when
APNs has accepted the push, unless it was renewed meanwhile: then it is due again. A topic may be told anew while an old
push of it is still on its way, so a row is a claimer's only while it is due when that claim ends.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    Delete,
    Row,
    Update,
    bindparam,
    case,
    delete,
    func,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store.columns import Instant
from walletpass.store.devices import device_topics, devices
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import among, find, ids_for, rows

WINDOW = timedelta(hours=1)
"""In which a phone's pushes are counted."""


class Claimed(NamedTuple):
    """A row of the outbox that is ours until its claim ends."""

    topic_id: int
    generation: int
    attempts: int
    pass_type_identifier: str
    push_token_sealed: bytes
    is_full: bool | None
    """This phone had all the pushes that it may have within the hour."""
    until: datetime
    """The end of the claim."""


@dataclass(frozen=True, slots=True)
class Postponed:
    topic_id: int
    until: datetime
    attempts: int


_o, _t = push_outbox.c, device_topics.c
_is_counted = _t.window_at > bindparam("hour_ago", type_=Instant)
# Joined before it is limited, all that is due would be looked up for every claim: the statistics of a table that is
# empty most of the time tell the planner that this is little.
_due = (
    select(_o.topic_id, _o.generation, _o.attempts)
    .where(_o.lane == bindparam("lane"), _o.due_at <= bindparam("now", type_=Instant))
    .order_by(_o.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .subquery()
)
_DUE = (
    select(
        *_due.c,
        _t.pass_type_identifier,
        devices.c.push_token_sealed,
        _is_counted & (_t.window_pushes >= bindparam("limit")),
    )
    .join_from(_due, device_topics, _t.id == _due.c.topic_id)
    .join(devices)
)


@cache
def _claim(dialect: str) -> Update:
    return sql_update(push_outbox).where(among(dialect, _o.topic_id)).values(due_at=bindparam("until"))


_is_ours = _o.due_at == bindparam("claimed_until", type_=Instant)


@cache
def _forget(dialect: str) -> Delete:
    is_ours = among(dialect, _o.topic_id) & _is_ours
    return delete(push_outbox).where(is_ours, _o.generation == bindparam("sent_generation"))


@cache
def _renewed(dialect: str) -> Update:
    is_ours = among(dialect, _o.topic_id) & _is_ours
    return sql_update(push_outbox).where(is_ours).values(due_at=bindparam("now"), attempts=0)


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
    sql_update(push_outbox)
    .where(_o.topic_id == bindparam("topic"))
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
            taken += [Claimed._make((*row, until)) for row in found.all()]
    if taken:
        ids = ids_for(tx, [row.topic_id for row in taken])
        tx.execute(_claim(tx.dialect.name), {**ids, "until": until})
    return taken


def end_windows(tx: Transaction, full: Collection[Claimed]) -> dict[int, datetime]:
    """Topic -> when the phone's hour is over."""
    if not full:
        return {}
    query = select(_t.id, _t.window_at).where(among(tx.dialect.name, _t.id))
    topics = ids_for(tx, [row.topic_id for row in full])
    return {row.id: row.window_at + WINDOW for row in rows(tx, query, **topics)}


def hold(tx: Transaction, topic_ids: Collection[int]) -> None:
    """Lock rows in the order in which `tell_phones` does, or two writers could wait for each other for ever."""
    if tx.dialect.name != "sqlite":  # which has one writer only
        tx.execute(_HOLD, ids_for(tx, topic_ids))


_theirs = among("postgresql", _o.topic_id)
_ordered = select(_o.topic_id).where(_theirs).order_by(_o.topic_id).with_for_update()
_HOLD = select(func.count()).select_from(_ordered.subquery())


def note_accepted(tx: Transaction, accepted: Iterable[Claimed], now: datetime) -> None:
    """Forget the rows and note the pushes; a row that was renewed meanwhile is due again."""
    alike: dict[tuple[datetime, int], list[int]] = defaultdict(list)
    for row in accepted:
        alike[row.until, row.generation].append(row.topic_id)
    dialect = tx.dialect.name
    for (until, generation), topic_ids in alike.items():
        ours = {**ids_for(tx, topic_ids), "claimed_until": until}
        forgotten = tx.execute(_forget(dialect), {**ours, "sent_generation": generation}).rowcount
        if forgotten < len(topic_ids):
            tx.execute(_renewed(dialect), {**ours, "now": now})
    told = ids_for(tx, list(chain.from_iterable(alike.values())))
    tx.execute(_note(dialect), {**told, "now": now, "hour_ago": now - WINDOW})


def postpone(tx: Transaction, rows_: Collection[Postponed]) -> None:
    if rows_:
        values = [{"topic": row.topic_id, "until": row.until, "tried": row.attempts} for row in rows_]
        tx.execute(_POSTPONE, values)


def give_up(tx: Transaction, topic_ids: Collection[int], born_before: datetime, now: datetime) -> int:
    """Drop those pushes that are older than that, visibly; how many."""
    old = among(tx.dialect.name, _o.topic_id) & (_o.created_at < born_before)
    dropped = rows(tx, delete(push_outbox).where(old).returning(_o.topic_id), **ids_for(tx, topic_ids))
    return mark_given_up(tx, [row.topic_id for row in dropped], now)


def drop(tx: Transaction, claimed: Collection[Claimed], now: datetime) -> None:
    """Pushes that can never be sent, visibly."""
    topic_ids = [row.topic_id for row in claimed]
    tx.execute(delete(push_outbox).where(among(tx.dialect.name, _o.topic_id)), ids_for(tx, topic_ids))
    mark_given_up(tx, topic_ids, now)


def mark_given_up(tx: Transaction, topic_ids: Collection[int], now: datetime) -> int:
    if topic_ids:
        statement = sql_update(device_topics).where(among(tx.dialect.name, _t.id)).values(given_up_at=now)
        tx.execute(statement, ids_for(tx, topic_ids))
    return len(topic_ids)


def lock_device_of(tx: Transaction, topic_id: int) -> Row[Any] | None:
    """The phone behind a topic: `id`, `push_token_sealed`, `token_given_at`."""
    query = select(devices).join_from(device_topics, devices).where(_t.id == topic_id)
    return find(tx, query.with_for_update(of=devices))


def count_waiting(tx: Transaction) -> Row[Any]:
    """`waiting` pushes, and the instant the `oldest` of them was put."""
    query = select(func.count().label("waiting"), func.min(_o.created_at).label("oldest"))
    return tx.execute(query).one()
