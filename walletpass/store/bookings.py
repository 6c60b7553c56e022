"""Appointments as booking systems and staff note them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, String, Table, UniqueConstraint, bindparam, select

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.ledger import activities
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change, find

bookings = Table(
    "bookings",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    to("account_id", "accounts", index=True),
    Column("external_id", String(80), nullable=False),  # the booking system's own
    Column("service", String(80), nullable=False),
    to("location_id", "locations", nullable=True),
    Column("ends_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    to("activity_id", "activities", nullable=True),  # the credit that stands
    UniqueConstraint("merchant_id", "external_id"),
)

_BY_NAME = select(bookings).where(
    bookings.c.merchant_id == bindparam("merchant_id"), bookings.c.external_id == bindparam("external_id")
)
_BY_ID = select(bookings).where(bookings.c.id == bindparam("booking_id"))


def find_booking(tx: Transaction, merchant_id: int, external_id: str) -> Record | None:
    return find(tx, _BY_NAME, merchant_id=merchant_id, external_id=external_id)


def get_booking(tx: Transaction, booking_id: int) -> Record:
    return tx.execute(_BY_ID, {"booking_id": booking_id}).one()


def get_credit(tx: Transaction, activity_id: int) -> Record:
    """The activity by which one was credited."""
    return tx.execute(select(activities).where(activities.c.id == activity_id)).one()


def add_booking(tx: Transaction, values: Mapping[str, Any]) -> Record:
    return get_booking(tx, add(tx, bookings, **values))


def change_booking(tx: Transaction, booking_id: int, **values: Any) -> Record:
    change(tx, bookings, booking_id, **values)
    return get_booking(tx, booking_id)
