"""Who brought whom, and hints by which one person with two cards is found out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    func,
    select,
    update,
)

from walletpass.store.accounts import accounts, all_of_holder
from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.ledger import activities
from walletpass.store.people import identifiers
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows, upsert

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


def find_by_code(tx: Transaction, program_id: int, code: str) -> Record | None:
    """Whose card it is, if that is in use: `id` and `member_id`. A merged card's code leads to the one that stayed."""
    return find(tx, _BY_CODE, program_id=program_id, code=code)


def find_click(tx: Transaction, referrer_account_id: int, device_digest: bytes) -> Record | None:
    return find(tx, _CLICK, account_id=referrer_account_id, digest=device_digest)


def find_referral(tx: Transaction, friend_account_id: int) -> Record | None:
    """By whom this member was brought."""
    return find(tx, _OF_FRIEND, account_id=friend_account_id)


def get_referral(tx: Transaction, referral_id: int) -> Record:
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


def qualify(tx: Transaction, referral_id: int, hold_until: datetime) -> None:
    """Some hold is running. What was rewarded before stays so."""
    row = update(referrals).where(_r.id == referral_id, _r.state.in_(("joined", "qualified")))
    later = case((_r.hold_until > hold_until, _r.hold_until), else_=hold_until)
    tx.execute(row.values(state="qualified", hold_until=later))


def take_back(tx: Transaction, referral_id: int, now: datetime) -> None:
    """What qualified was taken back, and no other hold is running."""
    qualified = update(referrals).where(_r.id == referral_id, _r.state == "qualified", _r.hold_until <= now)
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


def find_taken_back_at(tx: Transaction, activity_id: int | None) -> datetime | None:
    a = activities.c
    row = find(tx, select(a.undone_at).where(a.id == activity_id))
    return row.undone_at if row else None


def find_visit(
    tx: Transaction, account_id: int, kinds: Collection[str], but: int | None = None
) -> Record | None:
    """`id` and instant `at` of the holder's first that was not taken back."""
    standing = _visits(account_id, kinds).where(
        activities.c.undone_at.is_(None), activities.c.id.is_distinct_from(but)
    )
    return find(tx, standing.order_by(activities.c.id).limit(1))


def find_longest_visit(
    tx: Transaction, account_id: int, kinds: Collection[str], but: int
) -> timedelta | None:
    """How long a visit of the holder stood before it was taken back, at most; None where there was no other."""
    if find_visit(tx, account_id, kinds, but) is not None:
        return timedelta.max
    others = _visits(account_id, kinds).where(activities.c.id != but)
    return max((row.undone_at - row.at for row in rows(tx, others)), default=None)


def _visits(account_id: int, kinds: Collection[str]) -> Select[Any]:
    a = activities.c
    query = select(a.id, func.coalesce(a.received_at, a.happened_at).label("at"), a.undone_at)
    return query.where(a.account_id.in_(all_of_holder(account_id)), a.kind.in_(kinds))


def list_contact_digests(tx: Transaction, member_id: int) -> frozenset[bytes]:
    query = select(identifiers.c.digest).where(identifiers.c.member_id == member_id)
    return frozenset(tx.execute(query).scalars())
