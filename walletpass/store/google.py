"""Google Wallet: classes and objects as they were last sent there, and what is known of the phones that hold them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy import update as sql_update

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.designs import images, keep_image
from walletpass.store.devices import passes, registrations
from walletpass.store.session import Transaction
from walletpass.store.statements import add, find, rows, upsert

ISSUER_ID = String(19)
_PROBLEM = String(200)

google_accounts = Table(
    "google_accounts",
    metadata,
    key(),
    to("merchant_id", "merchants"),
    Column("issuer_id", ISSUER_ID, nullable=False),
    Column("key_sealed", LargeBinary, nullable=False),  # of the service account: the file as it was given
    Column("given_at", Instant, nullable=False),
    UniqueConstraint("merchant_id"),
)
"""Of merchants who brought their own; all others use the operator's."""

google_classes = Table(
    "google_classes",
    metadata,
    key(),
    to("program_id", "programs"),
    Column("tier", String(40), nullable=False),  # its key; empty without one
    Column("issuer_id", ISSUER_ID, nullable=False),
    Column("suffix", String(64), nullable=False),
    Column("sent", Text, nullable=False, default=""),  # a digest of what Google has; empty: nothing yet
    Column("sent_at", Instant),
    Column("problem", _PROBLEM, nullable=False, default=""),  # why Google does not take it
    UniqueConstraint("program_id", "tier", "issuer_id"),
    UniqueConstraint("issuer_id", "suffix"),
)

google_objects = Table(
    "google_objects",
    metadata,
    key(),
    to("account_id", "accounts"),
    to("class_id", "google_classes", index=True),
    Column("issuer_id", ISSUER_ID, nullable=False),
    Column("suffix", String(64), nullable=False),
    Column("sent", Text, nullable=False, default=""),
    Column("sent_version", Integer, nullable=False, default=0),  # of the card
    Column("sent_at", Instant),
    Column("saved_at", Instant),  # somebody put it into their wallet
    Column("removed_at", Instant),  # nobody holds it any more
    Column("window_at", Instant),  # when the day began in which notifications are counted
    Column("window_notices", Integer, nullable=False, default=0),
    Column("secret_sealed", LargeBinary),  # of a barcode that rotates
    Column("used_step", BigInteger, nullable=False, default=0, server_default="0"),  # of it, the latest
    Column("problem", _PROBLEM, nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("account_id", "issuer_id"),
    UniqueConstraint("issuer_id", "suffix"),
)

google_events = Table(
    "google_events",
    metadata,
    Column("nonce", String(80), primary_key=True),
    to("object_id", "google_objects"),
    Column("kind", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),  # when a repetition is refused by its own date
    Index("ix_google_events_until", "until"),
)
"""Callbacks that were kept: none counts twice."""

drawn_images = Table(
    "drawn_images",
    metadata,
    Column("design_version_id", ForeignKey("design_versions.id"), primary_key=True),
    Column("name", String(60), primary_key=True),  # which picture, and of what progress
    Column("digest", ForeignKey("images.digest"), nullable=False, index=True),
)
"""Pictures that Google fetches by an address: drawn once per design and count."""

_c, _o, _i = google_classes.c, google_objects.c, drawn_images.c
_OBJECT = (
    select(google_objects, _c.suffix.label("class_suffix"), _c.tier, _c.program_id)
    .join_from(google_objects, google_classes)
    .where(_o.id == bindparam("object_id"))
)


def find_google_account(tx: Transaction, merchant_id: int) -> Record | None:
    c = google_accounts.c
    return find(tx, select(google_accounts).where(c.merchant_id == merchant_id))


def list_google_accounts(tx: Transaction) -> list[Record]:
    return rows(tx, select(google_accounts).order_by(google_accounts.c.id))


def keep_google_account(
    tx: Transaction, merchant_id: int, issuer_id: str, key_sealed: bytes, now: datetime
) -> None:
    given = {"issuer_id": issuer_id, "key_sealed": key_sealed, "given_at": now}
    statement = upsert(tx, google_accounts).values(merchant_id=merchant_id, **given)
    tx.execute(statement.on_conflict_do_update(index_elements=["merchant_id"], set_=given))


def forget_google_account(tx: Transaction, merchant_id: int) -> None:
    tx.execute(delete(google_accounts).where(google_accounts.c.merchant_id == merchant_id))


def find_class(tx: Transaction, program_id: int, tier: str, issuer_id: str) -> Record | None:
    query = select(google_classes).where(
        _c.program_id == program_id, _c.tier == tier, _c.issuer_id == issuer_id
    )
    return find(tx, query)


def has_class(tx: Transaction, issuer_id: str, suffix: str) -> bool:
    query = select(_c.id).where(_c.issuer_id == issuer_id, _c.suffix == suffix)
    return tx.execute(query).one_or_none() is not None


def get_class(tx: Transaction, class_id: int) -> Record:
    return tx.execute(select(google_classes).where(_c.id == class_id)).one()


def list_classes(tx: Transaction, issuer_id: str | None = None) -> list[Record]:
    query = select(google_classes).order_by(_c.id)
    return rows(tx, query if issuer_id is None else query.where(_c.issuer_id == issuer_id))


def make_class(tx: Transaction, program_id: int, tier: str, issuer_id: str, suffix: str) -> int:
    """Its id; two who make the same at once get the same."""
    values = {
        "program_id": program_id,
        "tier": tier,
        "issuer_id": issuer_id,
        "suffix": suffix,
        "sent": "",
        "problem": "",
    }
    statement = upsert(tx, google_classes).values(**values)
    tx.execute(statement.on_conflict_do_nothing(index_elements=["program_id", "tier", "issuer_id"]))
    found = find_class(tx, program_id, tier, issuer_id)
    if found is None:
        raise LookupError(suffix)
    return int(found.id)


def find_object(tx: Transaction, object_id: int) -> Record | None:
    """With `class_suffix`, `tier` and `program_id` of its class."""
    return find(tx, _OBJECT, object_id=object_id)


def find_object_of_account(tx: Transaction, account_id: int, issuer_id: str) -> Record | None:
    query = select(google_objects).where(_o.account_id == account_id, _o.issuer_id == issuer_id)
    return find(tx, query)


def find_object_by_suffix(tx: Transaction, issuer_id: str, suffix: str) -> Record | None:
    query = select(google_objects).where(_o.issuer_id == issuer_id, _o.suffix == suffix)
    return find(tx, query)


def list_objects_of_account(tx: Transaction, account_id: int) -> list[Record]:
    return rows(tx, select(google_objects).where(_o.account_id == account_id).order_by(_o.id))


def list_suffixes(tx: Transaction, issuer_id: str, suffixes: list[str]) -> list[Record]:
    """Of those objects: `id`, `suffix`, `saved_at`, `removed_at`."""
    query = select(_o.id, _o.suffix, _o.saved_at, _o.removed_at)
    return rows(tx, query.where(_o.issuer_id == issuer_id, _o.suffix.in_(suffixes)))


_rotates = and_(
    _o.account_id == bindparam("account_id"),
    _o.secret_sealed.is_not(None),
    _o.saved_at.is_not(None),
    _o.removed_at.is_(None),
)
_on_iphone = (
    select(registrations.c.id)
    .join_from(registrations, passes)
    .where(passes.c.account_id == bindparam("account_id"))
    .exists()
)
_MUST_ROTATE = select(exists().where(_rotates) & ~_on_iphone)
_ROTATING = select(_o.id, _o.secret_sealed, _o.used_step).where(_rotates).order_by(_o.id).limit(1)


def must_rotate(tx: Transaction, account_id: int) -> bool:
    """Whether every phone that holds the card shows codes that rotate."""
    return bool(tx.execute(_MUST_ROTATE, {"account_id": account_id}).scalar_one())


def lock_rotating(tx: Transaction, account_id: int) -> Record | None:
    return find(tx, _ROTATING.with_for_update(), account_id=account_id)


def use_step(tx: Transaction, object_id: int, step: int) -> None:
    tx.execute(sql_update(google_objects).where(_o.id == object_id).values(used_step=step))


def make_object(tx: Transaction, **values: Any) -> int:
    return add(tx, google_objects, **values)


def keep_event(
    tx: Transaction, nonce: str, object_id: int, kind: str, now: datetime, until: datetime
) -> bool:
    """Whether it is new."""
    values = {"nonce": nonce, "object_id": object_id, "kind": kind, "at": now, "until": until}
    statement = upsert(tx, google_events).values(**values).on_conflict_do_nothing(index_elements=["nonce"])
    return bool(tx.execute(statement).rowcount)


def forget_events(tx: Transaction, now: datetime) -> int:
    """Those that nobody can repeat any more."""
    return tx.execute(delete(google_events).where(google_events.c.until <= now)).rowcount


def find_drawn(tx: Transaction, design_version_id: int, name: str) -> str | None:
    """Its digest."""
    query = select(_i.digest).where(_i.design_version_id == design_version_id, _i.name == name)
    digest: str | None = tx.execute(query).scalar_one_or_none()
    return digest


def find_any_drawn(tx: Transaction) -> str | None:
    """The digest of one of the pictures."""
    digest: str | None = tx.execute(select(_i.digest).limit(1)).scalar_one_or_none()
    return digest


def keep_drawn(tx: Transaction, digest: str, design_version_id: int, name: str, png: bytes) -> None:
    keep_image(tx, digest, png)
    values = {"digest": digest, "design_version_id": design_version_id, "name": name}
    tx.execute(upsert(tx, drawn_images).values(**values).on_conflict_do_nothing())


def find_png(tx: Transaction, digest: str) -> bytes | None:
    """Of a picture that was drawn to be fetched; no other image has an address."""
    query = select(images.c.bytes).join_from(drawn_images, images).where(_i.digest == digest).limit(1)
    png: bytes | None = tx.execute(query).scalar_one_or_none()
    return png


def count_objects(tx: Transaction) -> Record:
    """`saved` by somebody now, and `offered` to somebody who did not save it or removed it."""
    held = and_(_o.saved_at.is_not(None), _o.removed_at.is_(None))
    query = select(func.count(case((held, 1))).label("saved"), func.count(case((~held, 1))).label("offered"))
    return rows(tx, query)[0]


def count_problems(tx: Transaction) -> dict[str, int]:
    """Google's reason for not taking a card -> how many cards."""
    query = select(_o.problem, func.count().label("cards")).where(_o.problem != "").group_by(_o.problem)
    return {row.problem: row.cards for row in tx.execute(query.order_by(func.count().desc()).limit(20))}


def note_saved(tx: Transaction, object_id: int, now: datetime) -> None:
    tx.execute(sql_update(google_objects).where(_o.id == object_id).values(saved_at=now, removed_at=None))


def note_removed(tx: Transaction, object_id: int, now: datetime) -> None:
    tx.execute(sql_update(google_objects).where(_o.id == object_id).values(removed_at=now))
