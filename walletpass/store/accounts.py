"""Accounts: a member in a programme, the balance, and the state of the card that shows it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    or_,
    select,
    update,
)

from walletpass.loyalty.chain import GENESIS
from walletpass.store.columns import Document, Instant, key, metadata, to
from walletpass.store.merchants import merchants, programs
from walletpass.store.people import identifiers, members
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

accounts = Table(
    "accounts",
    metadata,
    key(),
    to("member_id", "members"),
    to("program_id", "programs", index=True),
    Column("state", String(10), nullable=False, default="active"),
    Column("joined_at", Instant, nullable=False),
    Column("source", String(60), nullable=False, default=""),
    Column("page_key_digest", LargeBinary(32), nullable=False, unique=True),
    Column("page_key_sealed", LargeBinary, nullable=False),
    # The balance: a cache of the ledger, rebuildable. What is owed is taken off already.
    Column("stamps", Integer, nullable=False, default=0),
    Column("points", Integer, nullable=False, default=0, server_default="0"),
    Column("stamps_owed", Integer, nullable=False, default=0, server_default="0"),
    Column("points_owed", Integer, nullable=False, default=0, server_default="0"),
    Column("lifetime_stamps", Integer, nullable=False, default=0),
    Column("lifetime_points", Integer, nullable=False, default=0, server_default="0"),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("chain_head", LargeBinary(32), nullable=False, default=GENESIS),
    Column("last_stamped_at", Instant),
    # The end of all lots that roll: one write moves it for all of them.
    Column("stamps_roll_to", Instant),
    Column("points_roll_to", Instant),
    Column("carried", Document),  # earn rule -> minor units left under one step
    Column("rings_at", Instant),  # the due row that looks after what ends; it may ring early
    Column("tier", String(40), nullable=False, default="", server_default=""),
    Column("referral_code", String(16)),
    # The card.
    Column("card_version", Integer, nullable=False, default=1),
    Column("card_changed_at", Instant, nullable=False),
    Column("card_tag", BigInteger, nullable=False),
    Column(
        "next_change_at", Instant
    ),  # the card changes by itself then: it is posted before anybody is answered
    # What it shows: a roll-out moves cards from version to version at its own pace.
    to("design_version_id", "design_versions"),
    to("program_version_id", "program_versions", nullable=True),
    to("place_list_id", "place_lists", nullable=True, index=True),
    UniqueConstraint("member_id", "program_id"),
    Index("ix_accounts_referral_code", "referral_code", unique=True),
)

scan_codes = Table(
    "scan_codes",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    Column("kind", String(10), nullable=False),  # barcode, typed
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

_account = (
    select(
        accounts,
        members.c.name.label("member_name"),
        members.c.language.label("member_language"),
        programs.c.merchant_id,
        programs.c.state.label("program_state"),
        merchants.c.name.label("merchant_name"),
        merchants.c.language.label("merchant_language"),
        merchants.c.pass_type_identifier,
    )
    .join_from(accounts, members)
    .join(programs, programs.c.id == accounts.c.program_id)
    .join(merchants, merchants.c.id == programs.c.merchant_id)
)


_BY_ID = _account.where(accounts.c.id == bindparam("account_id"))
_LOCKED = _BY_ID.with_for_update(of=accounts)
_SCAN_CODE = (
    select(scan_codes.c.account_id, scan_codes.c.revoked_at, programs.c.merchant_id)
    .join_from(scan_codes, accounts)
    .join(programs)
    .where(scan_codes.c.digest == bindparam("digest"))
)
_SCAN_CODES = (
    select(scan_codes.c.kind, scan_codes.c.sealed)
    .where(scan_codes.c.account_id == bindparam("account_id"))
    .order_by(scan_codes.c.id)
)


def find_account(tx: Transaction, account_id: int) -> Row[Any] | None:
    return find(tx, _BY_ID, account_id=account_id)


def find_account_by_page_key(tx: Transaction, digest: bytes) -> Row[Any] | None:
    return find(tx, _account.where(accounts.c.page_key_digest == digest))


def find_account_of_member(tx: Transaction, member_id: int, program_id: int) -> Row[Any] | None:
    query = _account.where(accounts.c.member_id == member_id, accounts.c.program_id == program_id)
    return find(tx, query)


def lock_account(tx: Transaction, account_id: int) -> Row[Any] | None:
    """The account, held until the transaction ends. On SQLite the whole database is held already."""
    return find(tx, _LOCKED, account_id=account_id)


def find_scan_code(tx: Transaction, digest: bytes) -> Row[Any] | None:
    """Whose code this is, at whatever merchant, revoked or not."""
    return find(tx, _SCAN_CODE, digest=digest)


def list_scan_codes(tx: Transaction, account_id: int) -> dict[str, bytes]:
    """Kind -> sealed code, the newest of each: a card that has ended still shows its last ones."""
    return {row.kind: row.sealed for row in rows(tx, _SCAN_CODES, account_id=account_id)}


def revoke_scan_codes(tx: Transaction, account_id: int, now: datetime) -> None:
    c = scan_codes.c
    tx.execute(
        update(scan_codes).where(c.account_id == account_id, c.revoked_at.is_(None)).values(revoked_at=now)
    )


ORDERS = {
    "newest": accounts.c.joined_at.desc(),
    "visit": accounts.c.last_stamped_at.desc().nulls_last(),
    "stamps": accounts.c.lifetime_stamps.desc(),
    "name": members.c.name,
}


def list_customers(
    tx: Transaction,
    merchant_id: int,
    *,
    search: str,
    email_digest: bytes,
    order: str,
    limit: int,
    offset: int,
) -> list[Row[Any]]:
    """A page of a merchant's customers; each row carries `total`, how many match in all."""
    query = _account.add_columns(func.count().over().label("total")).where(
        programs.c.merchant_id == merchant_id
    )
    if search:
        mine = select(identifiers.c.member_id).where(identifiers.c.digest == email_digest)
        query = query.where(or_(members.c.name.icontains(search, autoescape=True), members.c.id.in_(mine)))
    return rows(tx, query.order_by(ORDERS[order], accounts.c.id).limit(limit).offset(offset))
