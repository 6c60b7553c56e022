"""Letters on their way: rows written with the fact they tell. One whose sender died comes due again by itself."""

from datetime import datetime

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, delete, func, insert, select, update

from walletpass.store.columns import Instant, key, metadata
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import change, rows

letter_outbox = Table(
    "letter_outbox",
    metadata,
    key(),
    Column("letter_sealed", LargeBinary, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Index("ix_letter_outbox_due", "due_at", "id"),
)


def add_letter(tx: Transaction, letter_sealed: bytes, now: datetime) -> None:
    values = {"letter_sealed": letter_sealed, "due_at": now, "created_at": now}
    tx.execute(insert(letter_outbox).values(**values))


def claim_letters(tx: Transaction, now: datetime, until: datetime, most: int) -> list[Record]:
    """Take due letters, oldest first; they are nobody else's before `until`."""
    c = letter_outbox.c
    due = select(c.id).where(c.due_at <= now).order_by(c.due_at, c.id).limit(most)
    statement = (
        update(letter_outbox)
        .where(c.id.in_(due.with_for_update(skip_locked=True)))
        .values(due_at=until, attempts=c.attempts + 1)
        .returning(c.id, c.attempts, c.letter_sealed)
    )
    return rows(tx, statement)


def forget(tx: Transaction, letter_id: int) -> None:
    tx.execute(delete(letter_outbox).where(letter_outbox.c.id == letter_id))


def postpone(tx: Transaction, letter_id: int, until: datetime) -> None:
    change(tx, letter_outbox, letter_id, due_at=until)


def next_letter(tx: Transaction) -> datetime | None:
    """When the next letter is due."""
    due: datetime | None = tx.execute(_NEXT_LETTER).scalar_one()
    return due


_NEXT_LETTER = select(func.min(letter_outbox.c.due_at))
