"""When members checked in last, and the secrets that tills' codes follow from."""

from datetime import datetime

from sqlalchemy import Column, Table, UniqueConstraint, select, update

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.locations import locations
from walletpass.store.session import Transaction
from walletpass.store.statements import upsert

check_ins = Table(
    "check_ins",
    metadata,
    key(),
    to("account_id", "accounts"),
    to("location_id", "locations"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("account_id"),
)
"""The last of each member."""


def find_last_at(tx: Transaction, account_id: int) -> datetime | None:
    at: datetime | None = tx.execute(
        select(check_ins.c.at).where(check_ins.c.account_id == account_id)
    ).scalar_one_or_none()
    return at


def note(tx: Transaction, account_id: int, location_id: int, now: datetime) -> None:
    latest = {"location_id": location_id, "at": now}
    statement = upsert(tx, check_ins).values(account_id=account_id, **latest)
    tx.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=latest))


def keep_secret(tx: Transaction, location_id: int, sealed: bytes) -> bytes:
    """The location's; `sealed` becomes it where there was none."""
    c = locations.c
    lacking = update(locations).where(c.id == location_id, c.check_in_secret_sealed.is_(None))
    tx.execute(lacking.values(check_in_secret_sealed=sealed))
    kept: bytes = tx.execute(select(c.check_in_secret_sealed).where(c.id == location_id)).scalar_one()
    return kept


def replace_secret(tx: Transaction, location_id: int, sealed: bytes) -> None:
    tx.execute(update(locations).where(locations.c.id == location_id).values(check_in_secret_sealed=sealed))
