"""Passes issued, the devices that hold them, and the registrations between the two."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Integer,
    LargeBinary,
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
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows, upserting

passes = Table(
    "passes",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("pass_type_identifier", String(200), nullable=False),
    Column("serial", String(40), nullable=False),
    Column("token_digest", LargeBinary(32), nullable=False),
    Column("token_sealed", LargeBinary, nullable=False),
    # In the first file handed out: no phone can hold an older copy.
    Column("handed_version", Integer, nullable=False, default=0),
    # The newest that a phone fetched by itself.
    Column("fetched_version", Integer, nullable=False, default=0),
    Column("fetched_at", Instant),
    # Whether its file asks the holder to sign up: empty, asked, done.
    Column("personalisation", String(5), nullable=False, default=""),
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
    # As of a change: a phone that asked before it is told of the pass, although the card changed still earlier.
    Column("tag", BigInteger, nullable=False, default=0, server_default="0"),
    UniqueConstraint("device_id", "pass_id"),
)

_PASS = (
    select(
        passes.c.id,
        passes.c.account_id,
        passes.c.token_digest,
        passes.c.token_sealed,
        passes.c.fetched_version,
        passes.c.personalisation,
        accounts.c.card_changed_at,
        accounts.c.next_change_at,
    )
    .join_from(passes, accounts)
    .where(passes.c.pass_type_identifier == bindparam("pass_type"), passes.c.serial == bindparam("serial"))
)
_CARD = (
    select(
        accounts.c.card_version, accounts.c.card_changed_at, passes.c.handed_version, passes.c.fetched_version
    )
    .join_from(passes, accounts)
    .where(passes.c.id == bindparam("pass_id"))
    .with_for_update(read=True, of=accounts)
)
_DEVICE = select(devices.c.id).where(devices.c.library_id == bindparam("library_id")).with_for_update()
_TOPIC = select(device_topics.c.id, device_topics.c.listed_at).where(
    device_topics.c.device_id == bindparam("device"),
    device_topics.c.pass_type_identifier == bindparam("pass_type"),
)
_REGISTERED_AT = select(registrations.c.registered_at).where(
    registrations.c.device_id == bindparam("device"), registrations.c.pass_id == bindparam("pass_id")
)
_TAGGED = (
    update(registrations)
    .where(registrations.c.device_id == bindparam("device"), registrations.c.pass_id == bindparam("pass"))
    .values(tag=bindparam("as_of"))
)
_PASS_TYPES_HELD = (
    select(passes.c.pass_type_identifier)
    .join_from(registrations, passes)
    .where(registrations.c.device_id == bindparam("device"))
    .distinct()
)
_FETCHED = (
    update(passes)
    .where(passes.c.id == bindparam("pass_id"), passes.c.fetched_version < bindparam("version"))
    .values(fetched_version=bindparam("version"), fetched_at=bindparam("at"))
)
_LISTED = (
    update(device_topics).where(device_topics.c.id == bindparam("topic_id")).values(listed_at=bindparam("at"))
)


@cache
def _keep_device(dialect: str) -> Executable:
    statement = upserting(dialect, devices)
    given = {name: statement.excluded[name] for name in ("push_token_sealed", "token_given_at")}
    return statement.on_conflict_do_update(index_elements=["library_id"], set_=given).returning(devices.c.id)


@cache
def _keep_registration(dialect: str) -> Executable:
    statement = upserting(dialect, registrations)
    return statement.on_conflict_do_nothing(index_elements=["device_id", "pass_id"]).returning(
        registrations.c.id
    )


@cache
def _keep_topic(dialect: str) -> Executable:
    statement = upserting(dialect, device_topics)
    return statement.on_conflict_do_nothing(index_elements=["device_id", "pass_type_identifier"])


def find_pass(tx: Transaction, pass_type: str, serial: str) -> Record | None:
    """What a phone is judged by: the token, and when the card changed last."""
    return find(tx, _PASS, pass_type=pass_type, serial=serial)


def find_pass_of_account(tx: Transaction, account_id: int, pass_type: str) -> Record | None:
    c = passes.c
    query = select(passes).where(c.account_id == account_id, c.pass_type_identifier == pass_type)
    return find(tx, query)


def hold_card(tx: Transaction, pass_id: int) -> Any:
    """The pass's card, which nobody changes before the transaction ends.

    Whoever adds or removes a registration holds the card first: a change of it is then told either with that
    phone or without it, never to half.
    """
    return tx.execute(_CARD, {"pass_id": pass_id}).one()


def list_passes(tx: Transaction, account_id: int) -> list[Record]:
    return rows(tx, select(passes).where(passes.c.account_id == account_id))


def list_registered(tx: Transaction, account_id: int) -> list[Record]:
    """`library_id`, `pass_id` and `pass_type_identifier` of every phone that holds the account's passes."""
    query = (
        select(devices.c.library_id, passes.c.id.label("pass_id"), passes.c.pass_type_identifier)
        .join_from(registrations, passes)
        .join(devices, devices.c.id == registrations.c.device_id)
        .where(passes.c.account_id == account_id)
    )
    return rows(tx, query.order_by(devices.c.id, passes.c.id))


def note_fetched(tx: Transaction, pass_id: int, version: int, at: datetime) -> None:
    tx.execute(_FETCHED, {"pass_id": pass_id, "version": version, "at": at})


def change_personalisation(tx: Transaction, pass_id: int, before: str, after: str) -> bool:
    """Whether it was as `before`."""
    c = passes.c
    statement = (
        update(passes).where(c.id == pass_id, c.personalisation == before).values(personalisation=after)
    )
    return tx.execute(statement).rowcount == 1


def note_listed(tx: Transaction, listed: Mapping[int, datetime]) -> None:
    """Topic id -> when its phone asked what changed."""
    tx.execute(_LISTED, [{"topic_id": topic_id, "at": at} for topic_id, at in sorted(listed.items())])


def lock_device(tx: Transaction, library_id: str) -> int | None:
    """The device's id; held until the transaction ends."""
    device_id: int | None = tx.execute(_DEVICE, {"library_id": library_id}).scalar_one_or_none()
    return device_id


def keep_device(tx: Transaction, library_id: str, push_token_sealed: bytes, now: datetime) -> int:
    """The device's id, with its newest push token; held until the transaction ends."""
    given = {"library_id": library_id, "push_token_sealed": push_token_sealed, "token_given_at": now}
    return int(tx.execute(_keep_device(tx.dialect.name), given).scalar_one())


def keep_registration(tx: Transaction, device_id: int, pass_id: int, now: datetime) -> bool:
    """Whether it is new."""
    given = {"device_id": device_id, "pass_id": pass_id, "registered_at": now}
    return tx.execute(_keep_registration(tx.dialect.name), given).one_or_none() is not None


def list_once_more(tx: Transaction, device_id: int, pass_id: int, tag: int) -> None:
    """To a phone that asked before that tag."""
    tx.execute(_TAGGED, {"device": device_id, "pass": pass_id, "as_of": tag})


def get_registered_at(tx: Transaction, device_id: int, pass_id: int) -> datetime:
    at: datetime = tx.execute(_REGISTERED_AT, {"device": device_id, "pass_id": pass_id}).scalar_one()
    return at


def remove_registration(tx: Transaction, device_id: int, pass_id: int) -> None:
    c = registrations.c
    tx.execute(delete(registrations).where(c.device_id == device_id, c.pass_id == pass_id))


def list_pass_types_held(tx: Transaction, device_id: int) -> set[str]:
    return set(tx.execute(_PASS_TYPES_HELD, {"device": device_id}).scalars())


def forget_device(tx: Transaction, device_id: int) -> None:
    """The outbox must not hold a row for it any more."""
    tx.execute(delete(registrations).where(registrations.c.device_id == device_id))
    tx.execute(delete(device_topics).where(device_topics.c.device_id == device_id))
    tx.execute(delete(devices).where(devices.c.id == device_id))


def keep_topic(tx: Transaction, device_id: int, pass_type: str) -> None:
    tx.execute(_keep_topic(tx.dialect.name), {"device_id": device_id, "pass_type_identifier": pass_type})


def find_topic(tx: Transaction, device_id: int, pass_type: str) -> Record | None:
    """`id`, `listed_at`."""
    return find(tx, _TOPIC, device=device_id, pass_type=pass_type)


def forget_topic(tx: Transaction, topic_id: int) -> None:
    """The outbox must not hold a row for it any more."""
    tx.execute(delete(device_topics).where(device_topics.c.id == topic_id))
