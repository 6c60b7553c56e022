"""What must be told to phones: a row for a device and pass type."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Integer, Select, and_, bindparam, delete, select

from walletpass.store import lanes
from walletpass.store.devices import device_topics, passes, registrations
from walletpass.store.lanes import INTERACTIVE
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, run

push_outbox = lanes.outbox("push_outbox", "topic_id", "device_topics")


def tell_phones(
    tx: Transaction, account_ids: Collection[int], now: datetime, *, lane: int = INTERACTIVE
) -> None:
    """One row for every phone and pass type that holds a pass of these accounts; a pending one is renewed."""
    told = {"due": now, "now": now, "in_lane": lane}
    run(tx, _tell_phones(tx.dialect.name), **told, **ids_for(tx, account_ids))


def tell_phone(tx: Transaction, topic_id: int, now: datetime) -> None:
    run(tx, _tell_phone(tx.dialect.name), due=now, now=now, in_lane=INTERACTIVE, topic=topic_id)


def held_by_phones(account_id: Any) -> Select[Any]:
    """As a part of a query: registrations of an account's passes."""
    c = registrations.c
    return select(c.pass_id).join_from(passes, registrations).where(passes.c.account_id == account_id)


@cache
def _tell_phones(dialect: str) -> Executable:
    c, topics = registrations.c, device_topics.c
    is_theirs = and_(
        topics.device_id == c.device_id, topics.pass_type_identifier == passes.c.pass_type_identifier
    )
    held = (
        select(topics.id)
        .join_from(passes, registrations)
        .join(device_topics, is_theirs)
        .where(among(dialect, passes.c.account_id))
    )
    return lanes.putting(dialect, push_outbox, held.distinct())


@cache
def _tell_phone(dialect: str) -> Executable:
    return lanes.putting(dialect, push_outbox, select(bindparam("topic", type_=Integer)))


def forget_device(tx: Transaction, device_id: int) -> None:
    topics = select(device_topics.c.id).where(device_topics.c.device_id == device_id)
    tx.execute(delete(push_outbox).where(push_outbox.c.topic_id.in_(topics)))
