"""Members: what is known of them, how they are found, what they agreed to, and codes sent to prove an address."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    case,
    delete,
    insert,
    select,
    update,
)

from walletpass.store.columns import Day, Instant, Key, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows, upsert

members = Table(
    "members",
    metadata,
    key(),
    to("merchant_id", "merchants", index=True),
    Column("name", String(80), nullable=False, default=""),
    Column("language", String(5), nullable=False),
    Column("birthday", Day),
    Column("birthday_entered_at", Instant),  # None: when they joined
    Column("birthday_credited_on", Day),
    Column("town", String(80), nullable=False, default="", server_default=""),
    Column("description", String(1000), nullable=False, default="", server_default=""),
    Column("status", String(10), nullable=False, default="active", server_default="active"),
    Column("joined_at", Instant, nullable=False),
)

member_photos = Table(
    "member_photos",
    metadata,
    Column("member_id", Key, ForeignKey("members.id"), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("jpeg", LargeBinary, nullable=False),
)
"""Not among the images of designs, which are kept for ever and shared by those who sent equal ones."""

member_tags = Table(
    "member_tags",
    metadata,
    key(),
    to("member_id", "members"),
    Column("text", String(30), nullable=False),
    Column("folded", String(90), nullable=False),
    UniqueConstraint("member_id", "folded"),
)

identifiers = Table(
    "identifiers",
    metadata,
    key(),
    to("member_id", "members", index=True),
    to("merchant_id", "merchants"),
    Column("kind", String(20), nullable=False),  # email, phone, external
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
    to("identifier_id", "identifiers"),
    Column("digest", LargeBinary(32), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
    UniqueConstraint("identifier_id"),
)


def find_identifier(tx: Transaction, merchant_id: int, kind: str, digest: bytes) -> Record | None:
    c = identifiers.c
    query = select(identifiers).where(c.merchant_id == merchant_id, c.kind == kind, c.digest == digest)
    return find(tx, query)


def list_identifiers(tx: Transaction, member_id: int) -> list[Record]:
    """Verified ones first, then as they were given."""
    c = identifiers.c
    query = select(identifiers).where(c.member_id == member_id)
    return rows(tx, query.order_by(c.verified_at.nulls_last(), c.id))


def find_by_digests(tx: Transaction, merchant_id: int, digests: Collection[bytes]) -> list[Record]:
    """Identifiers of a merchant's members, of whatever kind."""
    c = identifiers.c
    query = select(c.member_id, c.kind).where(c.merchant_id == merchant_id, c.digest.in_(digests))
    return rows(tx, query.order_by(c.id))


def remove_identifier(tx: Transaction, member_id: int, identifier_id: int) -> bool:
    """Whether the member had it."""
    c = identifiers.c
    mine = select(c.id).where(c.id == identifier_id, c.member_id == member_id)
    tx.execute(delete(contact_codes).where(contact_codes.c.identifier_id.in_(mine)))
    return tx.execute(delete(identifiers).where(c.id.in_(mine))).rowcount == 1


def keep_photo(tx: Transaction, member_id: int, digest: str, jpeg: bytes) -> None:
    """In place of an earlier one."""
    given = {"digest": digest, "jpeg": jpeg}
    statement = upsert(tx, member_photos).values(member_id=member_id, **given)
    tx.execute(statement.on_conflict_do_update(index_elements=["member_id"], set_=given))


def find_photo(tx: Transaction, member_id: int) -> Record | None:
    return find(tx, select(member_photos).where(member_photos.c.member_id == member_id))


def find_photo_digest(tx: Transaction, member_id: int) -> str | None:
    c = member_photos.c
    digest: str | None = tx.execute(select(c.digest).where(c.member_id == member_id)).scalar_one_or_none()
    return digest


def remove_photo(tx: Transaction, member_id: int) -> None:
    tx.execute(delete(member_photos).where(member_photos.c.member_id == member_id))


def list_tags(tx: Transaction, member_id: int) -> list[Record]:
    """`text` and `folded`, in order of the alphabet."""
    c = member_tags.c
    return rows(tx, select(c.text, c.folded).where(c.member_id == member_id).order_by(c.folded))


def add_tag(tx: Transaction, member_id: int, text: str, folded: str) -> None:
    """Spelt anew where the member has it already."""
    statement = upsert(tx, member_tags).values(member_id=member_id, text=text, folded=folded)
    tx.execute(statement.on_conflict_do_update(index_elements=["member_id", "folded"], set_={"text": text}))


def remove_tag(tx: Transaction, member_id: int, folded: str) -> None:
    c = member_tags.c
    tx.execute(delete(member_tags).where(c.member_id == member_id, c.folded == folded))


STATUS_ORDER = case({"vip": 0, "active": 1}, value=members.c.status, else_=2)
"""The best first."""


def move_to_member(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """All that is known of the one is known of the other then; what both have stays once."""
    t, p = member_tags.c, member_photos.c
    for table in (identifiers, consents):
        tx.execute(update(table).where(table.c.member_id == gone_id).values(member_id=kept_id))
    known = select(t.folded).where(t.member_id == kept_id)
    tx.execute(
        update(member_tags).where(t.member_id == gone_id, t.folded.not_in(known)).values(member_id=kept_id)
    )
    tx.execute(delete(member_tags).where(t.member_id == gone_id))
    if find_photo_digest(tx, kept_id) is None:
        tx.execute(update(member_photos).where(p.member_id == gone_id).values(member_id=kept_id))
    remove_photo(tx, gone_id)


def withdraw(tx: Transaction, consent_id: int, at: datetime) -> None:
    tx.execute(update(consents).where(consents.c.id == consent_id).values(withdrawn_at=at))


def add_consents(tx: Transaction, rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        tx.execute(insert(consents), values)


def list_consents(tx: Transaction, member_id: int) -> list[Record]:
    return rows(tx, select(consents).where(consents.c.member_id == member_id).order_by(consents.c.id))


def replace_contact_code(tx: Transaction, identifier_id: int, latest: datetime, **values: Any) -> bool:
    """The newest code of an address is the only one that counts.

    False, and nothing done, where it has one that ends after `latest`; of several at the same moment all but one.
    """
    c = contact_codes.c
    statement = upsert(tx, contact_codes).values(identifier_id=identifier_id, **values)
    statement = statement.on_conflict_do_update(
        index_elements=["identifier_id"], set_=values, where=c.expires_at <= latest
    )
    return find(tx, statement.returning(c.id)) is not None


def spend_try(tx: Transaction, identifier_id: int, now: datetime) -> Record | None:
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


def find_email(tx: Transaction, member_id: int) -> Record | None:
    """Where letters go."""
    c = identifiers.c
    query = select(identifiers).where(c.member_id == member_id, c.kind == "email").order_by(c.id).limit(1)
    return find(tx, query)


def get_identifier(tx: Transaction, identifier_id: int) -> Record:
    return tx.execute(select(identifiers).where(identifiers.c.id == identifier_id)).one()


def get_member(tx: Transaction, member_id: int) -> Record:
    return tx.execute(select(members).where(members.c.id == member_id)).one()
