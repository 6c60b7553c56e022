"""What phones report. Nobody vouches for it: a line counts for a pass only where its phone is registered."""

from datetime import datetime

from sqlalchemy import Column, Index, String, Table, bindparam, delete, insert, or_, select

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.devices import passes, registrations
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

device_logs = Table(
    "device_logs",
    metadata,
    key(),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    to("pass_id", "passes", nullable=True),
    Column("pass_type_identifier", String(200), nullable=False, default=""),
    Column("text", String(500), nullable=False),
    Index("ix_device_logs_pass", "pass_id", "at"),
)

_REGISTERED = (
    select(passes.c.id)
    .join_from(passes, registrations)
    .where(passes.c.pass_type_identifier == bindparam("pass_type"), passes.c.serial == bindparam("serial"))
    .limit(1)
)


def find_registered(tx: Transaction, pass_type: str, serial: str) -> int | None:
    """The pass's id, if a phone is registered for it."""
    pass_id: int | None = tx.execute(
        _REGISTERED, {"pass_type": pass_type, "serial": serial}
    ).scalar_one_or_none()
    return pass_id


def add_line(
    tx: Transaction, at: datetime, kind: str, pass_id: int | None, pass_type: str, text: str
) -> None:
    values = {"at": at, "kind": kind, "pass_id": pass_id, "pass_type_identifier": pass_type, "text": text}
    tx.execute(insert(device_logs), values)


def trim(tx: Transaction, before: datetime, most_known: int, most_unknown: int) -> None:
    """Forget what is older, and of lines of a pass and of others all but the newest so many."""
    c = device_logs.c
    surplus = []
    for is_mine, most in ((c.pass_id.is_not(None), most_known), (c.pass_id.is_(None), most_unknown)):
        newest_surplus = select(c.id).where(is_mine).order_by(c.id.desc()).limit(1).offset(most)
        surplus.append(is_mine & (c.id <= newest_surplus.scalar_subquery()))
    tx.execute(delete(device_logs).where(or_(c.at < before, *surplus)))


def list_lines(
    tx: Transaction, most: int, *, kind: str | None = None, account_id: int | None = None
) -> list[Record]:
    """Newest first: `at`, `kind`, `text`, and `account_id` where a registered pass is named."""
    c = device_logs.c
    query = select(c.at, c.kind, c.text, passes.c.account_id).join_from(device_logs, passes, isouter=True)
    if kind is not None:
        query = query.where(c.kind == kind)
    if account_id is not None:
        query = query.where(passes.c.account_id == account_id)
    return rows(tx, query.order_by(c.id.desc()).limit(most))
