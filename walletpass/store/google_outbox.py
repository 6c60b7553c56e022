"""Cards whose objects Google is to be told of: one row per object.

It is due a moment after the fact, so that several facts of that moment are one call.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, bindparam, select

from walletpass.store import lanes
from walletpass.store.google import google_objects
from walletpass.store.lanes import INTERACTIVE
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, run

google_outbox = lanes.outbox("google_outbox", "object_id", "google_objects")

COALESCE = timedelta(seconds=1)
"""Changes of one card within it are one call."""

_g, _o = google_outbox.c, google_objects.c
_TOLD = (_o.removed_at.is_(None), _o.sent != "")
"""Objects that Google has and somebody may hold."""
_DUE = lanes.due_of(google_outbox, _g.object_id, _g.lane, _g.generation, _g.attempts)


class ClaimedObject(NamedTuple):
    """A row that is ours until its claim ends."""

    object_id: int
    lane: int
    generation: int
    attempts: int
    until: datetime


@cache
def _tell(dialect: str) -> Executable:
    theirs = select(_o.id).where(among(dialect, _o.account_id), *_TOLD)
    return lanes.putting(dialect, google_outbox, theirs)


@cache
def _tell_one(dialect: str) -> Executable:
    return lanes.putting(dialect, google_outbox, select(_o.id).where(_o.id == bindparam("object_id")))


def held_by_google(account_id: Any) -> Select[Any]:
    """As a part of a query: the objects of an account that are told of changes."""
    return select(_o.id).where(_o.account_id == account_id, *_TOLD)


def tell_objects(
    tx: Transaction, account_ids: Collection[int], now: datetime, *, lane: int = INTERACTIVE
) -> None:
    """One row for every object of these accounts that Google has and somebody may hold; a pending one is renewed."""
    told = {"due": now + COALESCE, "now": now, "in_lane": lane}
    run(tx, _tell(tx.dialect.name), **told, **ids_for(tx, account_ids))


def tell_object(tx: Transaction, object_id: int, now: datetime) -> None:
    """Whatever is known of it."""
    run(tx, _tell_one(tx.dialect.name), due=now, now=now, in_lane=INTERACTIVE, object_id=object_id)


def claim(tx: Transaction, now: datetime, until: datetime, most: int) -> list[ClaimedObject]:
    """Take what is due, who waits before bulk; it is nobody else's before `until`."""
    taken = lanes.claim(tx, google_outbox, _DUE, until, most, now=now)
    return [ClaimedObject._make((*row, until)) for row in taken]


def forget(tx: Transaction, row: ClaimedObject, now: datetime) -> None:
    """Google has it; one that was renewed meanwhile is due again."""
    lanes.forget(tx, google_outbox, [row.object_id], row.until, row.generation, now)


def postpone(tx: Transaction, row: ClaimedObject, until: datetime, attempts: int) -> None:
    lanes.postpone(tx, google_outbox, [lanes.Postponed(row.object_id, row.until, until, attempts)])


def drop(tx: Transaction, object_id: int) -> None:
    lanes.drop(tx, google_outbox, [object_id])
