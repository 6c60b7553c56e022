"""The update tag: which cards changed since a phone last asked, in commit order.

A tag handed out as T means "ask me next for tags >= T". SQLite has one writer, so what only grows follows commit
order: the tag is the newest activity's id plus a counter, which whatever changes a card without an activity raises.
On PostgreSQL writers do not come one after the other; there the tag is the transaction's own id, and what is handed
out is the oldest id still at work: nothing that commits late is passed over.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant, metadata
from walletpass.store.devices import device_topics, devices, passes, registrations
from walletpass.store.ledger import activities
from walletpass.store.session import Transaction
from walletpass.store.statements import get_value

database_facts = Table(
    "database_facts",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`epoch`: random, made with the database. `tag`: SQLite's counter of changes without an activity."""

_EPOCH = select(database_facts.c.value).where(database_facts.c.name == "epoch").scalar_subquery()
_COUNTER = select(database_facts.c.value).where(database_facts.c.name == "tag").scalar_subquery()
_POSTED = select(func.coalesce(func.max(activities.c.id), 0)).scalar_subquery()
_RAISE = (
    update(database_facts)
    .where(database_facts.c.name == bindparam("fact"))
    .values(value=database_facts.c.value + 1)
    .returning((database_facts.c.value + _POSTED).label("tag"))
)
_XID = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
_XMIN = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)


def _list(next_tag: Any) -> Select[Any]:
    # Outer joins keep one row, with the tag, when nothing changed or the phone is unknown: all that is
    # answered is of one snapshot.
    is_ours = bindparam("epoch", type_=BigInteger) == _EPOCH
    since = case((is_ours, bindparam("since", type_=BigInteger)), else_=0)
    changed = (
        select(passes.c.serial)
        .join_from(registrations, devices)
        .join(passes, passes.c.id == registrations.c.pass_id)
        .join(accounts)
        .where(
            devices.c.library_id == bindparam("library_id"),
            passes.c.pass_type_identifier == bindparam("pass_type"),
            or_(
                accounts.c.card_tag >= since,
                registrations.c.tag >= since,
                # It has changed by itself: that is posted when the phone comes for it.
                and_(
                    accounts.c.state == "active", accounts.c.next_change_at <= bindparam("now", type_=Instant)
                ),
            ),
        )
        .subquery()
    )
    topic = (
        select(device_topics.c.id)
        .join_from(device_topics, devices)
        .where(
            devices.c.library_id == bindparam("library_id"),
            device_topics.c.pass_type_identifier == bindparam("pass_type"),
        )
        .subquery()
    )
    tag = select(_EPOCH.label("epoch"), next_tag.label("next_tag")).subquery()
    return (
        select(tag.c.epoch, tag.c.next_tag, topic.c.id.label("topic_id"), changed.c.serial)
        .join_from(tag, topic, true(), isouter=True)
        .join(changed, true(), isouter=True)
    )


_LIST = {"sqlite": _list(_COUNTER + _POSTED + 1), "postgresql": _list(_XMIN)}
_TAG_OF_POSTING: Mapping[str, ColumnElement[int]] = {"sqlite": _COUNTER + _POSTED, "postgresql": _XID}


def take_tag(tx: Transaction) -> int:
    """The tag of a change that is being made in this transaction."""
    if tx.dialect.name == "sqlite":
        return int(get_value(tx, _RAISE, fact="tag"))
    return int(tx.execute(select(_XID)).scalar_one())


def tag_of_posting(tx: Transaction) -> ColumnElement[int]:
    """As a value of a statement, where this transaction has added an activity: nobody needs to be asked."""
    return _TAG_OF_POSTING[tx.dialect.name]


class Listed(NamedTuple):
    epoch: int
    next_tag: int
    """To ask with next time."""
    topic_id: int | None
    """What the phone is pushed by, if it is one that can be."""
    serials: list[str]


def list_changed(
    tx: Transaction, library_id: str, pass_type: str, epoch: int, since: int, now: datetime
) -> Listed:
    """Serial numbers that the device registered and whose tag is >= `since`; all if the epoch is not ours.

    Also those that are to be listed once more since then, and cards that time has changed until `now`.
    """
    values = {"library_id": library_id, "pass_type": pass_type, "epoch": epoch, "since": since, "now": now}
    rows = tx.execute(_LIST[tx.dialect.name], values).all()
    first = rows[0]
    serials = [row.serial for row in rows if row.serial is not None]
    return Listed(first.epoch, first.next_tag, first.topic_id, serials)
