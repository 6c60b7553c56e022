"""Wrong codes of the last minute: one row for whoever tried them, and only while it matters."""

from datetime import datetime

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.session import Transaction
from walletpass.store.statements import upsert

wrong_codes = Table(
    "wrong_codes",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    Column("kind", String(10), nullable=False),
    Column("who", LargeBinary(32), nullable=False),  # a digest
    Column("began_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    UniqueConstraint("merchant_id", "kind", "who"),
)

_w = wrong_codes.c
_COUNT = select(_w.count).where(
    _w.merchant_id == bindparam("merchant_id"),
    _w.kind == bindparam("kind"),
    _w.who == bindparam("who"),
    _w.began_at > bindparam("since", type_=Instant),
)


def count_since(tx: Transaction, merchant_id: int, kind: str, who: bytes, since: datetime) -> int:
    values = {"merchant_id": merchant_id, "kind": kind, "who": who, "since": since}
    return tx.execute(_COUNT, values).scalar_one_or_none() or 0


def add_one(tx: Transaction, merchant_id: int, kind: str, who: bytes, now: datetime, since: datetime) -> None:
    """What began before `since` is forgotten, whoever it was."""
    # What another transaction is about to forget or to count is left to it: nobody waits here for anybody.
    old = select(_w.id).where(_w.began_at <= since).with_for_update(skip_locked=True)
    tx.execute(delete(wrong_codes).where(_w.id.in_(old)))
    statement = upsert(tx, wrong_codes).values(
        merchant_id=merchant_id, kind=kind, who=who, began_at=now, count=1
    )
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "kind", "who"], set_={"count": _w.count + 1}
        )
    )
