"""Whom Apple or Google refuses everything, for a reason that is no single phone's or card's: all waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table, delete, select

from walletpass.store.columns import Instant, metadata
from walletpass.store.compiled import Record
from walletpass.store.google import ISSUER_ID
from walletpass.store.session import Transaction
from walletpass.store.statements import rows, upsert


def _halts(name: str, whom: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        whom,
        Column("reason", String(60), nullable=False),
        Column("since", Instant, nullable=False),
        Column("retry_at", Instant, nullable=False),
        Column("attempts", Integer, nullable=False),
    )


push_halts = _halts("push_halts", Column("pass_type_identifier", String(200), primary_key=True))
google_halts = _halts("google_halts", Column("issuer_id", ISSUER_ID, primary_key=True))


def list_halts(tx: Transaction, halts: Table) -> list[Record]:
    """`whom`, `reason`, `since`, `retry_at` and `attempts`, the longest first."""
    (whom,) = halts.primary_key
    c = halts.c
    return rows(tx, select(whom.label("whom"), c.reason, c.since, c.retry_at, c.attempts).order_by(c.since))


def keep_halt(
    tx: Transaction,
    halts: Table,
    whom: str,
    reason: str,
    now: datetime,
    retry_at: datetime,
    attempts: int,
) -> None:
    (key,) = halts.primary_key
    given = {"reason": reason, "retry_at": retry_at, "attempts": attempts}
    statement = upsert(tx, halts).values({key.name: whom, "since": now, **given})
    tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=given))


def end_halt(tx: Transaction, halts: Table, whom: str) -> None:
    (key,) = halts.primary_key
    tx.execute(delete(halts).where(key == whom))
