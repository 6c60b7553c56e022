"""What must be told to a phone or a mailbox: a row written with the fact it tells.

A row is claimed by moving `due_at` forward, so one whose sender died comes due again by itself. For phones
there is at most one row per device and pass type; a change that arrives while it is being sent raises its
`generation`, and then the sender's `forget` leaves it in place.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.devices import passes, registrations
from walletpass.store.session import Transaction
from walletpass.store.statements import rows, upsert

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("channel", String(10), nullable=False),  # apple, mail
    Column("lane", Integer, nullable=False, default=0),  # 0: somebody is waiting; 1: bulk
    to("device_id", "devices", nullable=True),
    Column("pass_type_identifier", String(200)),
    Column("letter_sealed", LargeBinary),
    Column("generation", Integer, nullable=False, default=1),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("device_id", "pass_type_identifier"),
    Index("ix_outbox_due", "lane", "due_at", "id"),
)

INTERACTIVE, BULK = 0, 1
"""Lanes, in the order in which they leave."""


def tell_phones(tx: Transaction, account_id: int, now: datetime, *, lane: int = INTERACTIVE) -> None:
    """One row for every device that holds a pass of this account; a pending one is renewed."""
    devices_of = (
        select(
            literal("apple"),
            literal(lane),
            registrations.c.device_id,
            passes.c.pass_type_identifier,
            literal(1),
            literal(now, Instant),
            literal(0),
            literal(now, Instant),
        )
        .join_from(passes, registrations)
        .where(passes.c.account_id == account_id)
    )
    _put_pushes(tx, devices_of, lane, now)


def tell_phone(tx: Transaction, device_id: int, pass_type: str, now: datetime) -> None:
    row = select(
        literal("apple"),
        literal(INTERACTIVE),
        literal(device_id),
        literal(pass_type),
        literal(1),
        literal(now, Instant),
        literal(0),
        literal(now, Instant),
    )
    _put_pushes(tx, row, INTERACTIVE, now)


def _put_pushes(tx: Transaction, rows: Any, lane: int, now: datetime) -> None:
    columns = (
        "channel",
        "lane",
        "device_id",
        "pass_type_identifier",
        "generation",
        "due_at",
        "attempts",
        "created_at",
    )
    # SQLite reads "SELECT … ON CONFLICT" as a join condition unless a WHERE stands between them.
    statement = upsert(tx, outbox).from_select(columns, rows.where(literal(1) == literal(1)))
    sooner = case((outbox.c.lane < lane, outbox.c.lane), else_=lane)
    renewed = {"generation": outbox.c.generation + 1, "due_at": now, "lane": sooner}
    tx.execute(
        statement.on_conflict_do_update(index_elements=["device_id", "pass_type_identifier"], set_=renewed)
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


def claim(tx: Transaction, now: datetime, until: datetime, most: int) -> list[Row[Any]]:
    """Take due rows, waiting people first; they are nobody else's before `until`."""
    c = outbox.c
    due = select(c.id).where(c.due_at <= now).order_by(c.lane, c.due_at, c.id).limit(most)
    due = due.with_for_update(skip_locked=True)
    statement = (
        update(outbox).where(c.id.in_(due)).values(due_at=until, attempts=c.attempts + 1).returning(*outbox.c)
    )
    return rows(tx, statement)


def forget(tx: Transaction, sent: Sequence[tuple[int, int]]) -> None:
    """Remove rows (id, generation) that were delivered, but none that was renewed meanwhile."""
    if sent:
        tx.execute(delete(outbox).where(tuple_(outbox.c.id, outbox.c.generation).in_(sent)))


def postpone(tx: Transaction, row_id: int, until: datetime) -> None:
    tx.execute(update(outbox).where(outbox.c.id == row_id).values(due_at=until))


def next_due(tx: Transaction) -> datetime | None:
    due: datetime | None = tx.execute(select(func.min(outbox.c.due_at))).scalar_one()
    return due


def forget_device(tx: Transaction, device_id: int) -> None:
    tx.execute(delete(outbox).where(outbox.c.device_id == device_id))
