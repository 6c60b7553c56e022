"""Rewards in members' hands."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    func,
    select,
    update,
)

from walletpass.store.columns import Document, Instant, index_where_set, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

issued_rewards = Table(
    "issued_rewards",
    metadata,
    key(),
    to("account_id", "accounts", index=True),
    to("activity_id", "activities", index=True),
    to("program_version_id", "program_versions"),
    Column("milestone", Integer, nullable=False),  # 0: given for something else
    Column("template", String(40), nullable=False, default="", server_default=""),
    Column("kind", String(20), nullable=False, default="gift", server_default="gift"),
    Column("title", String(60), nullable=False),
    Column("terms", Document),  # of the template, as they were when it was issued
    Column("unit_cost_minor", BigInteger, nullable=False, default=0, server_default="0"),
    Column("code_digest", LargeBinary(32)),
    Column("code_sealed", LargeBinary),
    Column("state", String(10), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("valid_to", Instant),  # gone from then on
    Column("reserved_until", Instant),
    Column("reserved_by", String(80)),  # the key of whoever reserved it
    Column("redeemed_at", Instant),
    Index("ix_issued_rewards_held", "account_id", "state"),
)
index_where_set(issued_rewards.c.code_digest, unique=True)

_i = issued_rewards.c
_UNUSED = (
    select(issued_rewards)
    .where(_i.account_id == bindparam("account_id"), _i.state.in_(("issued", "reserved")))
    .order_by(_i.id)
)
UNUSED_TITLES = _UNUSED.with_only_columns(_i.id, _i.title, _i.valid_to)
_READY = _UNUSED.where(_i.valid_to.is_(None) | (_i.valid_to > bindparam("now", type_=Instant)))
_REWARDS_OF = select(issued_rewards).where(_i.activity_id == bindparam("activity_id")).order_by(_i.id)
_FIND = select(issued_rewards).where(
    _i.id == bindparam("reward_id"), _i.account_id == bindparam("account_id")
)
_HELD = (
    select(_i.template, func.count().label("held"))
    .where(_i.account_id == bindparam("account_id"), _i.state.in_(("issued", "reserved")))
    .group_by(_i.template)
)
_ENDED = select(issued_rewards).where(
    _i.account_id == bindparam("account_id"),
    _i.state.in_(("issued", "reserved")),
    _i.valid_to <= bindparam("now", type_=Instant),
)
_NEXT_END = select(func.min(_i.valid_to)).where(
    _i.account_id == bindparam("account_id"), _i.state.in_(("issued", "reserved"))
)


def find_reward(tx: Transaction, account_id: int, reward_id: int) -> Record | None:
    return find(tx, _FIND, account_id=account_id, reward_id=reward_id)


def find_reward_by_code(tx: Transaction, digest: bytes) -> Record | None:
    """Whoever holds it, at whatever merchant."""
    return find(tx, select(issued_rewards).where(_i.code_digest == digest))


def list_ready_rewards(tx: Transaction, account_id: int, now: datetime) -> list[Record]:
    """Issued, valid and not used yet, oldest first."""
    return rows(tx, _READY, account_id=account_id, now=now)


def list_unused_titles(tx: Transaction, account_id: int) -> list[Record]:
    """`id`, `title` and `valid_to` of rewards that were not used; their time may be over."""
    return rows(tx, UNUSED_TITLES, account_id=account_id)


def list_ended_rewards(tx: Transaction, account_id: int, now: datetime) -> list[Record]:
    """Whose time is over and who do not say so yet."""
    return rows(tx, _ENDED, account_id=account_id, now=now)


def next_end(tx: Transaction, account_id: int) -> datetime | None:
    end: datetime | None = tx.execute(_NEXT_END, {"account_id": account_id}).scalar_one()
    return end


def count_held(tx: Transaction, account_id: int) -> dict[str, int]:
    """Template -> how many of it the member holds unused."""
    return {row.template: row.held for row in rows(tx, _HELD, account_id=account_id)}


def list_rewards_of(tx: Transaction, activity_id: int) -> list[Record]:
    return rows(tx, _REWARDS_OF, activity_id=activity_id)


def list_voided(tx: Transaction, account_id: int, templates: Collection[str]) -> set[str]:
    """Of these templates, those of which the last that no milestone brought went back."""
    query = select(_i.template, _i.state).where(
        _i.account_id == account_id, _i.milestone == 0, _i.template.in_(templates)
    )
    last = {row.template: row.state for row in rows(tx, query.order_by(_i.id))}
    return {template for template, state in last.items() if state == "voided"}


def void_rewards_of(tx: Transaction, activity_id: int) -> None:
    """Those that were not used."""
    unused = _i.state.in_(("issued", "reserved"))
    tx.execute(update(issued_rewards).where(_i.activity_id == activity_id, unused).values(state="voided"))


def set_reward_state(tx: Transaction, reward_id: int, state: str, now: datetime) -> None:
    values = {
        "state": state,
        "reserved_until": None,
        "reserved_by": None,
        "redeemed_at": now if state == "redeemed" else None,
    }
    tx.execute(update(issued_rewards).where(_i.id == reward_id).values(**values))


def reserve(tx: Transaction, reward_id: int, until: datetime, by: str) -> None:
    values = {"state": "reserved", "reserved_until": until, "reserved_by": by}
    tx.execute(update(issued_rewards).where(_i.id == reward_id).values(**values))


def set_end(tx: Transaction, reward_id: int, valid_to: datetime | None) -> None:
    tx.execute(update(issued_rewards).where(_i.id == reward_id).values(valid_to=valid_to))
