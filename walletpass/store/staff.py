"""People who work here: staff and owners of merchants, the operator, and links sent to them once."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, func, select, update

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

staff = Table(
    "staff",
    metadata,
    key(),
    to("merchant_id", "merchants", nullable=True, index=True),  # None: the operator
    Column("role", String(10), nullable=False),  # operator, owner, staff
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("language", String(5), nullable=False),
    to("location_id", "locations", nullable=True),  # where this person works
    Column("password_hash", String(200)),  # None: invited, has not chosen one yet
    Column("active", Boolean, nullable=False, default=True),
    Column("session_number", Integer, nullable=False, default=1),  # raising it signs out everywhere
    Column("created_at", Instant, nullable=False),
)

staff_links = Table(
    "staff_links",
    metadata,
    key(),
    to("staff_id", "staff", index=True),
    Column("purpose", String(12), nullable=False),  # invitation, password
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)


def find_staff(tx: Transaction, staff_id: int) -> Record | None:
    return find(tx, select(staff).where(staff.c.id == staff_id))


def find_staff_by_email(tx: Transaction, email: str) -> Record | None:
    return find(tx, select(staff).where(staff.c.email == email))


def list_staff(tx: Transaction, merchant_id: int | None) -> list[Record]:
    """Operators belong to no merchant."""
    query = select(staff).where(staff.c.merchant_id == merchant_id).order_by(staff.c.role, staff.c.name)
    return rows(tx, query)


def count_active_owners(tx: Transaction, merchant_id: int) -> int:
    c = staff.c
    query = select(func.count()).where(c.merchant_id == merchant_id, c.role == "owner", c.active)
    return int(tx.execute(query).scalar_one())


def find_link(tx: Transaction, purpose: str, digest: bytes, now: datetime) -> Record | None:
    """An unused link that is still good."""
    c = staff_links.c
    query = select(staff_links).where(
        c.purpose == purpose, c.digest == digest, c.expires_at > now, c.used_at.is_(None)
    )
    return find(tx, query)


def use_link(tx: Transaction, purpose: str, digest: bytes, now: datetime) -> int | None:
    """Whose link it was, if it was still good; it is not any more."""
    c = staff_links.c
    statement = (
        update(staff_links)
        .where(c.purpose == purpose, c.digest == digest, c.expires_at > now, c.used_at.is_(None))
        .values(used_at=now)
        .returning(c.staff_id)
    )
    return tx.execute(statement).scalar_one_or_none()
