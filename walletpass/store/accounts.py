"""Accounts: a member in a programme, the balance, and the state of the card that shows it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Integer,
    LargeBinary,
    ScalarSelect,
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
from walletpass.store.columns import Document, Instant, index_where_set, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.merchants import merchants, programs
from walletpass.store.people import STATUS_ORDER, identifiers, members
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

accounts = Table(
    "accounts",
    metadata,
    key(),
    to("member_id", "members"),
    to("program_id", "programs", index=True),
    Column("state", String(10), nullable=False, default="active"),  # closed, merged
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
    Column("shown_state", String(10), nullable=False, default="active"),  # of its programme
    # How often its holder was stamped where: decides the usual branch without reading the ledger.
    Column("visits", Document),
    Column("page_opened_at", Instant),  # to the hour
    # Where its holder is to be found since the two turned out to be one. Always in one step.
    to("merged_into_id", "accounts", nullable=True),
    UniqueConstraint("member_id", "program_id"),
    # Room on the page for what a stamp makes of a row: elsewhere, every index of accounts would be written with it.
    postgresql_with={"fillfactor": 80},
)
index_where_set(accounts.c.referral_code, unique=True)
index_where_set(accounts.c.merged_into_id)

scan_codes = Table(
    "scan_codes",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    Column("kind", String(10), nullable=False),  # barcode, typed, plastic
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
        members.c.status.label("member_status"),
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


BY_ID = _account.where(accounts.c.id == bindparam("account_id"))
LOCKED = BY_ID.with_for_update(of=accounts)
_SCAN_CODE = (
    select(
        func.coalesce(accounts.c.merged_into_id, accounts.c.id).label("account_id"),
        scan_codes.c.kind,
        scan_codes.c.revoked_at,
    )
    .join_from(scan_codes, accounts, scan_codes.c.account_id == accounts.c.id)
    .join(programs)
    .where(
        or_(scan_codes.c.digest == bindparam("random"), scan_codes.c.digest == bindparam("printed")),
        programs.c.merchant_id == bindparam("merchant_id"),
    )
    .order_by(scan_codes.c.revoked_at.is_not(None), scan_codes.c.id)
    .limit(1)
)
_SCAN_CODES = (
    select(scan_codes.c.kind, scan_codes.c.sealed)
    .where(scan_codes.c.account_id == bindparam("account_id"))
    .order_by(scan_codes.c.id)
)


def find_account(tx: Transaction, account_id: int) -> Record | None:
    return find(tx, BY_ID, account_id=account_id)


def find_account_by_page_key(tx: Transaction, digest: bytes) -> Record | None:
    return find(tx, _account.where(accounts.c.page_key_digest == digest))


def find_account_of_member(tx: Transaction, member_id: int, program_id: int) -> Record | None:
    query = _account.where(accounts.c.member_id == member_id, accounts.c.program_id == program_id)
    return find(tx, query)


def lock_account(tx: Transaction, account_id: int) -> Record | None:
    """The account, held until the transaction ends. On SQLite the whole database is held already."""
    return find(tx, LOCKED, account_id=account_id)


def lock_accounts_of_member(tx: Transaction, member_id: int) -> list[Record]:
    """In all programmes."""
    query = _account.where(accounts.c.member_id == member_id).order_by(accounts.c.id)
    return rows(tx, query.with_for_update(of=accounts))


def list_ids_of_member(tx: Transaction, member_id: int) -> list[int]:
    """Cards that were not merged away."""
    c = accounts.c
    query = select(c.id).where(c.member_id == member_id, c.state != "merged").order_by(c.id)
    return list(tx.execute(query).scalars())


def list_names(tx: Transaction, account_ids: Collection[int]) -> list[Record]:
    """`id` and the holder's `name`."""
    query = select(accounts.c.id, members.c.name).join_from(accounts, members)
    return rows(tx, query.where(accounts.c.id.in_(account_ids)).order_by(accounts.c.id))


def find_scan_code(tx: Transaction, merchant_id: int, random: bytes, printed: bytes) -> Record | None:
    """Whose code this is; one in use goes before one that was revoked."""
    return find(tx, _SCAN_CODE, merchant_id=merchant_id, random=random, printed=printed)


def list_scan_codes(tx: Transaction, account_id: int) -> dict[str, bytes]:
    """Kind -> sealed code, the newest of each: a card that has ended still shows its last ones."""
    return {row.kind: row.sealed for row in rows(tx, _SCAN_CODES, account_id=account_id)}


def get_id_of_holder(tx: Transaction, account_id: int) -> int:
    """The account itself or, of one that was merged, the one that stayed."""
    c = accounts.c
    return int(
        tx.execute(select(func.coalesce(c.merged_into_id, c.id)).where(c.id == account_id)).scalar_one()
    )


def all_of_holder(account_id: int | BindParameter[Any]) -> ScalarSelect[int]:
    """For a WHERE: the account, and those that were merged into it."""
    c = accounts.c
    return select(c.id).where(or_(c.id == account_id, c.merged_into_id == account_id)).scalar_subquery()


def sum_lifetimes(tx: Transaction, account_id: int) -> Any:
    """`stamps` and `points` that were ever earned, also with cards that were merged into this one."""
    c = accounts.c
    sums = (func.sum(c.lifetime_stamps).label("stamps"), func.sum(c.lifetime_points).label("points"))
    return tx.execute(select(*sums).where(c.id.in_(all_of_holder(account_id)))).one()


def list_code_history(tx: Transaction, account_id: int) -> list[Record]:
    """`kind`, `created_at` and `revoked_at` of every code that ever led here, oldest first."""
    c = scan_codes.c
    query = select(c.kind, c.created_at, c.revoked_at).where(c.account_id.in_(all_of_holder(account_id)))
    return rows(tx, query.order_by(c.id))


def revoke_scan_codes(tx: Transaction, account_id: int, now: datetime) -> None:
    """Also those of cards that were merged into this one."""
    c = scan_codes.c
    theirs = c.account_id.in_(all_of_holder(account_id))
    tx.execute(update(scan_codes).where(theirs, c.revoked_at.is_(None)).values(revoked_at=now))


def lead_to(tx: Transaction, gone_id: int, kept_id: int) -> None:
    """The one account's codes find the other from now on, and so do those that led to it before."""
    c = accounts.c
    merged = or_(c.id == gone_id, c.merged_into_id == gone_id)
    tx.execute(update(accounts).where(merged).values(merged_into_id=kept_id))


def note_opened(tx: Transaction, account_id: int, now: datetime) -> None:
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(page_opened_at=now))


ORDERS = {
    "newest": accounts.c.joined_at.desc(),
    "visit": accounts.c.last_stamped_at.desc().nulls_last(),
    "stamps": accounts.c.lifetime_stamps.desc(),
    "points": accounts.c.lifetime_points.desc(),
    "name": members.c.name,
    "status": STATUS_ORDER,
    "opened": accounts.c.page_opened_at.desc().nulls_last(),
}


def list_customers(
    tx: Transaction,
    merchant_id: int,
    *,
    search: str,
    digests: Collection[bytes],
    order: str,
    limit: int,
    offset: int,
) -> list[Record]:
    """A page of a merchant's customers; each row carries `total`, how many match in all."""
    query = _account.add_columns(func.count().over().label("total")).where(
        programs.c.merchant_id == merchant_id, accounts.c.state != "merged"
    )
    if search:
        mine = select(identifiers.c.member_id).where(identifiers.c.digest.in_(digests))
        query = query.where(or_(members.c.name.icontains(search, autoescape=True), members.c.id.in_(mine)))
    return rows(tx, query.order_by(ORDERS[order], accounts.c.id).limit(limit).offset(offset))
