"""Members, how they are found, what they agreed to, and codes sent to prove an address."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

members = Table(
    "members",
    metadata,
    key(),
    to("merchant_id", "merchants", index=True),
    Column("name", String(80), nullable=False, default=""),
    Column("language", String(5), nullable=False),
    Column("birthday", Date),
    Column("birthday_entered_at", Instant),  # None: when they joined
    Column("birthday_credited_on", Date),
    Column("joined_at", Instant, nullable=False),
)

identifiers = Table(
    "identifiers",
    metadata,
    key(),
    to("member_id", "members", index=True),
    to("merchant_id", "merchants"),
    Column("kind", String(20), nullable=False),  # email, phone
    Column("digest", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("verified_at", Instant),
    UniqueConstraint("merchant_id", "kind", "digest"),
)

consents = Table(
    "consents",
    metadata,
    key(),
    to("member_id", "members", index=True),
    Column("purpose", String(30), nullable=False),
    Column("wording", String(300), nullable=False),
    Column("source", String(60), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
)

contact_codes = Table(
    "contact_codes",
    metadata,
    key(),
    to("identifier_id", "identifiers", index=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
)


def find_identifier(tx: Transaction, merchant_id: int, kind: str, digest: bytes) -> Row[Any] | None:
    c = identifiers.c
    query = select(identifiers).where(c.merchant_id == merchant_id, c.kind == kind, c.digest == digest)
    return find(tx, query)


def list_identifiers(tx: Transaction, member_id: int) -> list[Row[Any]]:
    return rows(tx, select(identifiers).where(identifiers.c.member_id == member_id))


def add_consents(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        tx.execute(insert(consents), values)


def list_consents(tx: Transaction, member_id: int) -> list[Row[Any]]:
    return rows(tx, select(consents).where(consents.c.member_id == member_id).order_by(consents.c.id))


def find_contact_code(tx: Transaction, identifier_id: int) -> Row[Any] | None:
    return find(tx, select(contact_codes).where(contact_codes.c.identifier_id == identifier_id))


def replace_contact_code(tx: Transaction, identifier_id: int, **values: Any) -> None:
    """The newest code of an address is the only one that counts."""
    tx.execute(delete(contact_codes).where(contact_codes.c.identifier_id == identifier_id))
    tx.execute(insert(contact_codes).values(identifier_id=identifier_id, **values))


def spend_try(tx: Transaction, identifier_id: int, now: datetime) -> Row[Any] | None:
    """The address's code, if it is still good, after one try was taken from it."""
    c = contact_codes.c
    return find(
        tx,
        update(contact_codes)
        .where(c.identifier_id == identifier_id, c.expires_at > now, c.tries_left > 0)
        .values(tries_left=c.tries_left - 1)
        .returning(c.digest),
    )


def forget_contact_code(tx: Transaction, identifier_id: int) -> None:
    tx.execute(delete(contact_codes).where(contact_codes.c.identifier_id == identifier_id))


def find_email(tx: Transaction, member_id: int) -> Row[Any] | None:
    """Where letters go."""
    c = identifiers.c
    query = select(identifiers).where(c.member_id == member_id, c.kind == "email").order_by(c.id).limit(1)
    return find(tx, query)


def get_identifier(tx: Transaction, identifier_id: int) -> Row[Any]:
    return tx.execute(select(identifiers).where(identifiers.c.id == identifier_id)).one()


def get_member(tx: Transaction, member_id: int) -> Row[Any]:
    return tx.execute(select(members).where(members.c.id == member_id)).one()
