"""Who brought whom, and hints by which one person with two cards is found out."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    select,
    update,
)

from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.ledger import activities
from walletpass.store.people import identifiers
from walletpass.store.session import Transaction
from walletpass.store.statements import find, upsert

referrals = Table(
    "referrals",
    metadata,
    key(),
    to("referrer_account_id", "accounts"),
    to("friend_account_id", "accounts", nullable=True),
    Column("state", String(10), nullable=False),
    Column("rejection", String(20), nullable=False, default=""),
    Column("device_digest", LargeBinary(32)),
    Column("clicked_at", Instant),
    Column("joined_at", Instant),
    Column("hold_until", Instant),
    Column("referrer_rewarded_at", Instant),
    UniqueConstraint("friend_account_id"),
    UniqueConstraint("referrer_account_id", "device_digest"),
    Index("ix_referrals_rewarded", "referrer_account_id", "referrer_rewarded_at"),
)

device_hints = Table(
    "device_hints",
    metadata,
    key(),
    to("account_id", "accounts"),
    Column("digest", LargeBinary(32), nullable=False),
    UniqueConstraint("account_id", "digest"),
)
"""Browsers in which a member's card was opened."""

_r = referrals.c
_OF_FRIEND = select(referrals).where(_r.friend_account_id == bindparam("account_id"))
_CLICK = select(referrals).where(
    _r.referrer_account_id == bindparam("account_id"),
    _r.device_digest == bindparam("digest"),
    _r.state == "clicked",
)
_coded = accounts.alias()
_BY_CODE = (
    select(accounts.c.id, accounts.c.member_id)
    .join_from(_coded, accounts, accounts.c.id == func.coalesce(_coded.c.merged_into_id, _coded.c.id))
    .where(
        _coded.c.program_id == bindparam("program_id"),
        _coded.c.referral_code == bindparam("code"),
        accounts.c.state == "active",
    )
)
_REWARDED = select(func.count()).where(
    _r.referrer_account_id == bindparam("account_id"),
    _r.id != bindparam("referral_id"),
    _r.referrer_rewarded_at >= bindparam("since", type_=Instant),
)


def find_by_code(tx: Transaction, program_id: int, code: str) -> Row[Any] | None:
    """Whose card it is, if that is in use: `id` and `member_id`. A merged card's code leads to the one that stayed."""
    return find(tx, _BY_CODE, program_id=program_id, code=code)


def find_click(tx: Transaction, referrer_account_id: int, device_digest: bytes) -> Row[Any] | None:
    return find(tx, _CLICK, account_id=referrer_account_id, digest=device_digest)


def find_referral(tx: Transaction, friend_account_id: int) -> Row[Any] | None:
    """By whom this member was brought."""
    return find(tx, _OF_FRIEND, account_id=friend_account_id)


def get_referral(tx: Transaction, referral_id: int) -> Row[Any]:
    return tx.execute(select(referrals).where(_r.id == referral_id)).one()


def put_click(tx: Transaction, referrer_account_id: int, device_digest: bytes, now: datetime) -> None:
    """One row for each browser, however often it opens the link."""
    values = {"referrer_account_id": referrer_account_id, "device_digest": device_digest}
    statement = upsert(tx, referrals).values(**values, state="clicked", clicked_at=now)
    tx.execute(statement.on_conflict_do_nothing())


def count_others_rewarded(
    tx: Transaction, referrer_account_id: int, referral_id: int, since: datetime
) -> int:
    """Other friends for whom this member was rewarded first since then."""
    values = {"account_id": referrer_account_id, "referral_id": referral_id, "since": since}
    return int(tx.execute(_REWARDED, values).scalar_one())


def take_back(tx: Transaction, referral_id: int) -> None:
    """What qualified was taken back; what was rewarded before stays so."""
    qualified = update(referrals).where(_r.id == referral_id, _r.state == "qualified")
    tx.execute(qualified.values(state="joined", hold_until=None))


def note_rewarded(tx: Transaction, referral_id: int, referrer_at: datetime | None) -> None:
    """`referrer_at`: where it was the referrer; of those the first time counts."""
    values = {
        "state": "rewarded",
        "referrer_rewarded_at": func.coalesce(_r.referrer_rewarded_at, referrer_at),
    }
    tx.execute(update(referrals).where(_r.id == referral_id).values(values))


def put_device_hint(tx: Transaction, account_id: int, digest: bytes) -> None:
    statement = upsert(tx, device_hints).values(account_id=account_id, digest=digest)
    tx.execute(statement.on_conflict_do_nothing())


def list_device_hints(tx: Transaction, account_id: int) -> frozenset[bytes]:
    query = select(device_hints.c.digest).where(device_hints.c.account_id == account_id)
    return frozenset(tx.execute(query).scalars())


def stands(tx: Transaction, activity_id: int) -> bool:
    """Whether a visit was not taken back."""
    a = activities.c
    return find(tx, select(a.id).where(a.id == activity_id, a.undone_at.is_(None))) is not None


def list_contact_digests(tx: Transaction, member_id: int) -> frozenset[bytes]:
    query = select(identifiers.c.digest).where(identifiers.c.member_id == member_id)
    return frozenset(tx.execute(query).scalars())
