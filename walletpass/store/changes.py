"""The update tag: which cards changed since a phone last asked, in commit order.

A tag handed out as T means "ask me next for tags >= T". SQLite has one writer, so a counter row follows
commit order. On PostgreSQL a counter would make every writer wait for every other; there the tag is the
transaction's own id, and what is handed out is the oldest id still at work: nothing that commits late is
passed over.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Select,
    String,
    Table,
    bindparam,
    literal_column,
    select,
    text,
    update,
)

from walletpass.store.accounts import accounts
from walletpass.store.columns import metadata
from walletpass.store.devices import devices, passes, registrations
from walletpass.store.session import Transaction

database_facts = Table(
    "database_facts",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`epoch`: random, made with the database. `tag`: the counter that SQLite uses."""

_EPOCH = select(database_facts.c.value).where(database_facts.c.name == "epoch")
_COUNTER = select(database_facts.c.value).where(database_facts.c.name == "tag").scalar_subquery()
_RAISE = (
    update(database_facts)
    .where(database_facts.c.name == "tag")
    .values(value=database_facts.c.value + 1)
    .returning(database_facts.c.value)
)
_XID = text("SELECT pg_current_xact_id()::text::bigint")
_XMIN = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger)


def _list(next_tag: Any) -> Select[Any]:
    # The outer join keeps one row, with the tag, when nothing changed: serials and tag are of one snapshot.
    changed = (
        select(passes.c.serial)
        .join_from(registrations, devices)
        .join(passes, passes.c.id == registrations.c.pass_id)
        .join(accounts)
        .where(
            devices.c.library_id == bindparam("library_id"),
            passes.c.pass_type_identifier == bindparam("pass_type"),
            accounts.c.card_tag >= bindparam("since"),
        )
        .subquery()
    )
    tag = select(next_tag.label("next_tag")).subquery()
    return select(changed.c.serial, tag.c.next_tag).join_from(tag, changed, text("1=1"), isouter=True)


_LIST = {"sqlite": _list(_COUNTER + 1), "postgresql": _list(_XMIN)}


def get_epoch(tx: Transaction) -> int:
    return int(tx.execute(_EPOCH).scalar_one())


def take_tag(tx: Transaction) -> int:
    """The tag of a change that is being made in this transaction."""
    return int(tx.execute(_RAISE if tx.dialect.name == "sqlite" else _XID).scalar_one())


def list_changed(tx: Transaction, library_id: str, pass_type: str, since: int) -> tuple[list[str], int]:
    """Serial numbers that the device registered and whose tag is >= `since`, and the tag to ask with next."""
    values = {"library_id": library_id, "pass_type": pass_type, "since": since}
    rows = tx.execute(_LIST[tx.dialect.name], values).all()
    return [row.serial for row in rows if row.serial is not None], int(rows[0].next_tag)
