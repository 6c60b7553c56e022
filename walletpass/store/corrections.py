"""Corrections by hand that are too large for one person: what was asked for, and what came of it."""

from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, bindparam, select

from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.people import members
from walletpass.store.session import Transaction
from walletpass.store.staff import staff
from walletpass.store.statements import change, find, rows

corrections = Table(
    "corrections",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    to("account_id", "accounts", index=True),
    Column("kind", String(10), nullable=False),  # adjust, revive
    Column("unit", String(10), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("reason", String(40), nullable=False),  # a code
    Column("note", String(200), nullable=False),  # for the member; it moves to the entry
    Column("key", String(80), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, agreed, refused
    to("asked_by_id", "staff"),
    Column("asked_at", Instant, nullable=False),
    to("answered_by_id", "staff", nullable=True),
    Column("answered_at", Instant),
    UniqueConstraint("merchant_id", "key"),
)

_c = corrections.c
_LOCKED = select(corrections).where(_c.id == bindparam("correction_id")).with_for_update()


def find_correction(tx: Transaction, correction_id: int) -> Record | None:
    return find(tx, select(corrections).where(_c.id == correction_id))


def lock_correction(tx: Transaction, correction_id: int) -> Record:
    """Held until the transaction ends. On SQLite the whole database is held already."""
    return tx.execute(_LOCKED, {"correction_id": correction_id}).one()


def find_by_key(tx: Transaction, merchant_id: int, idempotency_key: str) -> Record | None:
    return find(tx, select(corrections).where(_c.merchant_id == merchant_id, _c.key == idempotency_key))


def list_waiting(tx: Transaction, merchant_id: int) -> list[Record]:
    """Oldest first, with the names of the member and of whoever asked."""
    query = (
        select(corrections, members.c.name.label("member_name"), staff.c.name.label("asked_by"))
        .join_from(corrections, accounts, accounts.c.id == _c.account_id)
        .join(members, members.c.id == accounts.c.member_id)
        .join(staff, staff.c.id == _c.asked_by_id)
        .where(_c.merchant_id == merchant_id, _c.state == "waiting")
        .order_by(_c.id)
    )
    return rows(tx, query)


def answer(tx: Transaction, correction_id: int, state: str, staff_id: int, now: datetime) -> None:
    """The note about a person is not kept twice."""
    told = {"state": state, "answered_by_id": staff_id, "answered_at": now, "note": ""}
    change(tx, corrections, correction_id, **told)
