"""Merchants, their programmes and the published versions of the rules."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    column,
    func,
    select,
    table,
)

from walletpass.loyalty.program import ProgramState
from walletpass.store.columns import Document, Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

merchants = Table(
    "merchants",
    metadata,
    key(),
    Column("name", String(120), nullable=False),
    Column("slug", String(60), nullable=False, unique=True),
    Column("language", String(5), nullable=False),
    Column("contact", Text, nullable=False, default=""),
    Column("pass_type_identifier", String(200)),  # None: signed with the operator's certificate
    Column("max_distance", Integer),  # metres at which cards offer themselves; None: the wallet's own
    Column("created_at", Instant, nullable=False),
)

programs = Table(
    "programs",
    metadata,
    key(),
    to("merchant_id", "merchants", index=True),
    Column("code", String(20), nullable=False, unique=True),
    Column("state", String(10), nullable=False, default="active", server_default="active"),
    Column("created_at", Instant, nullable=False),
)

program_versions = Table(
    "program_versions",
    metadata,
    key(),
    to("program_id", "programs"),
    Column("number", Integer, nullable=False),
    Column("rules", Document, nullable=False),
    Column("migration", String(20), nullable=False, default="move_all", server_default="move_all"),
    Column("published_at", Instant, nullable=False),
    UniqueConstraint("program_id", "number"),
)


def find_merchant(tx: Transaction, merchant_id: int) -> Record | None:
    return find(tx, select(merchants).where(merchants.c.id == merchant_id))


def find_merchant_by_slug(tx: Transaction, slug: str) -> Record | None:
    return find(tx, select(merchants).where(merchants.c.slug == slug))


def list_merchants(tx: Transaction) -> list[Record]:
    return rows(tx, select(merchants).order_by(merchants.c.name))


_programs = (
    select(
        programs,
        merchants.c.name.label("merchant_name"),
        merchants.c.language.label("merchant_language"),
        merchants.c.contact,
        merchants.c.pass_type_identifier,
        program_versions.c.id.label("version_id"),
        program_versions.c.number.label("version_number"),
        program_versions.c.rules,
    )
    .join_from(programs, merchants)
    .join(program_versions)
    .order_by(program_versions.c.number.desc())
    .limit(1)
)
"""A programme with its merchant and its newest rules."""
_BY_ID = _programs.where(programs.c.id == bindparam("program_id"))
_LOCK = select(programs.c.id).where(programs.c.id == bindparam("program_id"))
_TO_PUBLISH = _LOCK.with_for_update(key_share=True)
_TO_FOLLOW = _LOCK.with_for_update(read=True)
_RULES = select(program_versions.c.rules).where(program_versions.c.id == bindparam("version_id"))


_v = program_versions.c
_NEWEST: Select[Any] = (
    select(_v.id.label("newest_id"), _v.migration)
    .where(_v.program_id == bindparam("program_id"))
    .order_by(_v.number.desc())
    .limit(1)
)
_MOVED_TO = select(func.max(_v.id)).where(
    _v.program_id == bindparam("program_id"), _v.id > bindparam("version_id"), _v.migration == "move_all"
)


def find_program_by_code(tx: Transaction, code: str) -> Record | None:
    return find(tx, _programs.where(programs.c.code == code))


def find_program_of_merchant(tx: Transaction, merchant_id: int) -> Record | None:
    return find(tx, _programs.where(programs.c.merchant_id == merchant_id))


def get_program(tx: Transaction, program_id: int) -> Record:
    return tx.execute(_BY_ID, {"program_id": program_id}).one()


def hold_to_publish(tx: Transaction, program_id: int) -> None:
    """Waits for all who hold it; nobody else holds it before the transaction ends."""
    tx.execute(_TO_PUBLISH, {"program_id": program_id})


def hold_to_follow(tx: Transaction, program_id: int) -> None:
    """What is found to be its newest from here on stays so until the transaction ends. Many may hold it so."""
    tx.execute(_TO_FOLLOW, {"program_id": program_id})


def get_newest_version(tx: Transaction, program_id: int) -> Record:
    """`newest_id` and `migration`."""
    return tx.execute(_NEWEST, {"program_id": program_id}).one()


def find_moved_to(tx: Transaction, program_id: int, version_id: int) -> int | None:
    """The newest version after that one which all cards moved to at once."""
    moved_to: int | None = tx.execute(
        _MOVED_TO, {"program_id": program_id, "version_id": version_id}
    ).scalar_one()
    return moved_to


def get_rules(tx: Transaction, version_id: int) -> dict[str, Any]:
    rules: dict[str, Any] = tx.execute(_RULES, {"version_id": version_id}).scalar_one()
    return rules


def list_rules(tx: Transaction, version_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Version's id -> its rules."""
    v = program_versions.c
    return {row.id: row.rules for row in tx.execute(select(v.id, v.rules).where(v.id.in_(version_ids)))}


def list_active_programs(tx: Transaction) -> list[Record]:
    """In the order in which they came."""
    v = program_versions.c
    newest = select(func.max(v.number)).where(v.program_id == programs.c.id).correlate(programs)
    query = _programs.where(
        programs.c.state == ProgramState.ACTIVE.value, v.number == newest.scalar_subquery()
    )
    return rows(tx, query.limit(None).order_by(None).order_by(programs.c.id))


def has_members(tx: Transaction, merchant_id: int) -> bool:
    """Whether anybody has joined its programme."""
    joined = table("accounts", column("program_id"))
    query = select(programs.c.id).join_from(programs, joined, joined.c.program_id == programs.c.id)
    return find(tx, query.where(programs.c.merchant_id == merchant_id).limit(1)) is not None


def list_with_members(tx: Transaction) -> list[Record]:
    """Every merchant with its programme's code and how many joined it."""
    joined = table("accounts", column("program_id"), column("state"))
    mine = (joined.c.program_id == programs.c.id, joined.c.state != "merged")
    members = select(func.count()).select_from(joined).where(*mine).scalar_subquery()
    query = select(merchants, programs.c.code, members.label("members")).join_from(merchants, programs)
    return rows(tx, query.order_by(merchants.c.name))
