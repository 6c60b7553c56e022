"""Passes issued, the devices that hold them, and the registrations between the two."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
    update,
)

from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.session import Transaction
from walletpass.store.statements import find, upsert

passes = Table(
    "passes",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("pass_type_identifier", String(200), nullable=False),
    Column("serial", String(40), nullable=False),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("token_sealed", LargeBinary, nullable=False),
    Column(
        "handed_version", Integer, nullable=False, default=0
    ),  # in the newest file given, by page or phone
    Column(
        "fetched_version", Integer, nullable=False, default=0
    ),  # the newest that a phone fetched by itself
    Column("fetched_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "pass_type_identifier"),
    UniqueConstraint("serial", "pass_type_identifier"),
)

devices = Table(
    "devices",
    metadata,
    key(),
    Column("library_id", String(120), nullable=False, unique=True),
    Column("push_token_sealed", LargeBinary, nullable=False),
    Column("token_given_at", Instant, nullable=False),
)

device_topics = Table(
    "device_topics",
    metadata,
    key(),
    to("device_id", "devices"),
    Column("pass_type_identifier", String(200), nullable=False),
    Column("pushed_at", Instant),  # APNs accepted a push
    Column("listed_at", Instant),  # the phone asked what changed
    Column("window_at", Instant),  # when the hour began in which pushes are counted
    Column("window_pushes", Integer, nullable=False, default=0),
    Column("given_up_at", Instant),  # a push that could not be sent for days was dropped
    UniqueConstraint("device_id", "pass_type_identifier"),
)
"""What a phone is told of: one row for each pass type it has passes of, and what is known of its listening."""

registrations = Table(
    "registrations",
    metadata,
    key(),
    to("device_id", "devices"),
    to("pass_id", "passes", index=True),
    Column("registered_at", Instant, nullable=False),
    UniqueConstraint("device_id", "pass_id"),
)

_PASS = (
    select(passes, accounts.c.card_version, accounts.c.card_changed_at)
    .join_from(passes, accounts)
    .where(passes.c.pass_type_identifier == bindparam("pass_type"), passes.c.serial == bindparam("serial"))
)


def find_pass(tx: Transaction, pass_type: str, serial: str) -> Row[Any] | None:
    """The pass with its card's version and the instant of its last change."""
    row: Row[Any] | None = tx.execute(_PASS, {"pass_type": pass_type, "serial": serial}).one_or_none()
    return row


def find_pass_of_account(tx: Transaction, account_id: int, pass_type: str) -> Row[Any] | None:
    c = passes.c
    query = select(passes).where(c.account_id == account_id, c.pass_type_identifier == pass_type)
    return find(tx, query)


def note_handed_version(tx: Transaction, pass_id: int, version: int) -> None:
    c = passes.c
    tx.execute(
        update(passes).where(c.id == pass_id, c.handed_version < version).values(handed_version=version)
    )


def lock_device(tx: Transaction, library_id: str) -> Row[Any] | None:
    return find(tx, select(devices).where(devices.c.library_id == library_id).with_for_update())


def keep_device(tx: Transaction, library_id: str, push_token_sealed: bytes, now: datetime) -> int:
    """The device's id, with its newest push token; locked until the transaction ends."""
    given = {"push_token_sealed": push_token_sealed, "token_given_at": now}
    statement = upsert(tx, devices).values(library_id=library_id, **given)
    statement = statement.on_conflict_do_update(index_elements=["library_id"], set_=given)
    return int(tx.execute(statement.returning(devices.c.id)).scalar_one())


def keep_registration(tx: Transaction, device_id: int, pass_id: int, now: datetime) -> bool:
    """Whether it is new."""
    statement = upsert(tx, registrations).values(device_id=device_id, pass_id=pass_id, registered_at=now)
    statement = statement.on_conflict_do_nothing(index_elements=["device_id", "pass_id"])
    return tx.execute(statement.returning(registrations.c.id)).one_or_none() is not None


def remove_registration(tx: Transaction, device_id: int, pass_id: int) -> None:
    c = registrations.c
    tx.execute(delete(registrations).where(c.device_id == device_id, c.pass_id == pass_id))


def holds_anything(tx: Transaction, device_id: int) -> bool:
    query = select(registrations.c.id).where(registrations.c.device_id == device_id).limit(1)
    return find(tx, query) is not None


def forget_device(tx: Transaction, device_id: int) -> None:
    """The outbox must not hold a row for it any more."""
    tx.execute(delete(registrations).where(registrations.c.device_id == device_id))
    tx.execute(delete(device_topics).where(device_topics.c.device_id == device_id))
    tx.execute(delete(devices).where(devices.c.id == device_id))


def keep_topic(tx: Transaction, device_id: int, pass_type: str) -> int:
    """The topic's id."""
    c = device_topics.c
    statement = upsert(tx, device_topics).values(device_id=device_id, pass_type_identifier=pass_type)
    statement = statement.on_conflict_do_nothing(index_elements=["device_id", "pass_type_identifier"])
    tx.execute(statement)
    query = select(c.id).where(c.device_id == device_id, c.pass_type_identifier == pass_type)
    return int(tx.execute(query).scalar_one())


def count_devices(tx: Transaction, account_id: int) -> int:
    query = select(registrations.c.id).join(passes).where(passes.c.account_id == account_id)
    return len(tx.execute(query).all())


def find_push_token(tx: Transaction, topic_id: int) -> Row[Any] | None:
    """The pass type and the sealed token; read when sending, so a token that was replaced loses nothing."""
    query = select(device_topics.c.pass_type_identifier, devices.c.push_token_sealed)
    return find(tx, query.join_from(device_topics, devices).where(device_topics.c.id == topic_id))
