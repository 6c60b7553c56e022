"""Pushes on their way out of the outbox, and what became of them: forgotten when APNs has accepted them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import NamedTuple

from sqlalchemy import (
    Update,
    bindparam,
    case,
    delete,
    func,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store import lanes
from walletpass.store.columns import Instant
from walletpass.store.compiled import Record
from walletpass.store.devices import device_topics, devices
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import among, find, ids_for, rows, run

WINDOW = timedelta(hours=1)
"""In which a phone's pushes are counted."""


class Claimed(NamedTuple):
    """A row of the outbox that is ours until its claim ends."""

    topic_id: int
    generation: int
    attempts: int
    lane: int
    pass_type_identifier: str
    push_token_sealed: bytes
    is_full: bool | None
    """This phone had all the pushes that it may have within the hour."""
    until: datetime
    """The end of the claim."""


_o, _t = push_outbox.c, device_topics.c
_is_counted = _t.window_at > bindparam("hour_ago", type_=Instant)
# Joined before it is limited, all that is due would be looked up for every claim: the statistics of a table that is
# empty most of the time tell the planner that this is little.
_due = lanes.due_of(push_outbox, _o.topic_id, _o.generation, _o.attempts, _o.lane).subquery()
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


def claim(
    tx: Transaction, now: datetime, until: datetime, most: int, limit: int, in_lanes: Iterable[int]
) -> list[Claimed]:
    """Take due pushes of these lanes in turn; they are nobody else's before `until`.

    `limit`: pushes that one phone may have in an hour.
    """
    values = {"now": now, "hour_ago": now - WINDOW, "limit": limit}
    taken = lanes.claim(tx, push_outbox, _DUE, until, most, in_lanes, **values)
    return [Claimed._make((*row, until)) for row in taken]


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
    for (until, generation), topic_ids in alike.items():
        lanes.forget(tx, push_outbox, topic_ids, until, generation, now)
    told = ids_for(tx, list(chain.from_iterable(alike.values())))
    run(tx, _note(tx.dialect.name), **told, now=now, hour_ago=now - WINDOW)


def give_up(tx: Transaction, topic_ids: Collection[int], born_before: datetime, now: datetime) -> int:
    """Drop those pushes that are older than that, visibly; how many."""
    old = among(tx.dialect.name, _o.topic_id) & (_o.created_at < born_before)
    dropped = rows(tx, delete(push_outbox).where(old).returning(_o.topic_id), **ids_for(tx, topic_ids))
    return mark_given_up(tx, [row.topic_id for row in dropped], now)


def drop(tx: Transaction, claimed: Collection[Claimed], now: datetime) -> None:
    """Pushes that can never be sent, visibly."""
    topic_ids = [row.topic_id for row in claimed]
    lanes.drop(tx, push_outbox, topic_ids)
    mark_given_up(tx, topic_ids, now)


def mark_given_up(tx: Transaction, topic_ids: Collection[int], now: datetime) -> int:
    if topic_ids:
        statement = sql_update(device_topics).where(among(tx.dialect.name, _t.id)).values(given_up_at=now)
        tx.execute(statement, ids_for(tx, topic_ids))
    return len(topic_ids)


def lock_device_of(tx: Transaction, topic_id: int) -> Record | None:
    """The phone behind a topic: `id`, `push_token_sealed`, `token_given_at`."""
    query = select(devices).join_from(device_topics, devices).where(_t.id == topic_id)
    return find(tx, query.with_for_update(of=devices))
