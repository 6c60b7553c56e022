"""Gift cards: a money ledger of their own.

Transactions are only ever inserted, each with how the card stands after it; what stands in the card's own row is a
copy of the newest.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    cast,
    func,
    select,
)

from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.merchants import merchants
from walletpass.store.people import members
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows

gift_cards = Table(
    "gift_cards",
    metadata,
    key(),
    to("merchant_id", "merchants", index=True),
    Column("currency", String(3), nullable=False),
    Column("transferable", Boolean, nullable=False),
    to("purchaser_account_id", "accounts", nullable=True),
    to("source_entry_id", "ledger_entries", nullable=True),  # that paid for it, where units did
    Column("issued_at", Instant, nullable=False),
    Column("code_digest", LargeBinary(32), nullable=False, unique=True),
    Column("code_sealed", LargeBinary, nullable=False),
    Column("code_last4", String(4), nullable=False),
    # How it stands: a copy of its newest transaction.
    Column("balance_minor", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("expires_at", Instant),
    to("holder_id", "members", nullable=True, index=True),
    Column("last_seq", Integer, nullable=False),
    Column("chain_head", LargeBinary(32), nullable=False),
    Index("ix_gift_cards_expires_at", "expires_at"),
    CheckConstraint("balance_minor >= 0", name="ck_gift_cards_balance_minor"),
)

gift_card_transactions = Table(
    "gift_card_transactions",
    metadata,
    key(),
    to("gift_card_id", "gift_cards"),
    Column("seq", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("value_minor", BigInteger, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("expires_at", Instant),
    to("holder_id", "members", nullable=True),
    to("reverses_id", "gift_card_transactions", nullable=True),
    Column("reason", String(10), nullable=False),
    to("activity_id", "activities", nullable=True),
    to("staff_id", "staff", nullable=True),
    Column("recorded_at", Instant, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("code_sealed", LargeBinary),  # the new code, where there is one
    to("merchant_id", "merchants"),
    Column("key", String(80)),
    Column("request_digest", LargeBinary(32)),
    UniqueConstraint("gift_card_id", "seq"),
    UniqueConstraint("merchant_id", "key"),
)

CHAINED = (
    "gift_card_id",
    "seq",
    "kind",
    "value_minor",
    "balance_minor",
    "state",
    "expires_at",
    "holder_id",
    "reverses_id",
    "reason",
    "activity_id",
    "staff_id",
    "recorded_at",
)
"""Columns of a transaction under its hash."""

_g, _t = gift_cards.c, gift_card_transactions.c
_LOCKED = select(gift_cards).where(_g.id == bindparam("gift_card_id")).with_for_update()
_transaction = select(gift_card_transactions, _g.currency).join_from(gift_card_transactions, gift_cards)
_BY_KEY = _transaction.where(_t.merchant_id == bindparam("merchant_id"), _t.key == bindparam("key"))
_BY_ID = _transaction.where(_t.id == bindparam("transaction_id"))


def hold_issuing(tx: Transaction, merchant_id: int) -> None:
    """Nobody else issues a gift card of this merchant before the transaction ends: there is no card to lock yet."""
    tx.execute(select(merchants.c.id).where(merchants.c.id == merchant_id).with_for_update(key_share=True))


def lock_gift_card(tx: Transaction, gift_card_id: int) -> Record | None:
    """The card, held until the transaction ends. On SQLite the whole database is held already."""
    return find(tx, _LOCKED, gift_card_id=gift_card_id)


def find_gift_card(tx: Transaction, gift_card_id: int) -> Record | None:
    return find(tx, select(gift_cards).where(_g.id == gift_card_id))


def find_by_code(tx: Transaction, digest: bytes) -> Record | None:
    """Whoever's it is, at whatever merchant."""
    return find(tx, select(gift_cards).where(_g.code_digest == digest))


def lock_by_codes(tx: Transaction, digests: Collection[bytes]) -> list[Record]:
    return rows(tx, select(gift_cards).where(_g.code_digest.in_(digests)).order_by(_g.id).with_for_update())


def list_touched(tx: Transaction, gift_card_ids: Collection[int]) -> set[int]:
    """Those with which something was done since they were issued; that their holder was merged is nothing."""
    query = select(_t.gift_card_id).where(
        _t.gift_card_id.in_(gift_card_ids), _t.seq > 1, _t.reason != "merge"
    )
    return {row.gift_card_id for row in rows(tx, query)}


def lock_held(tx: Transaction, member_id: int) -> list[Record]:
    return rows(tx, select(gift_cards).where(_g.holder_id == member_id).order_by(_g.id).with_for_update())


def list_spendable(tx: Transaction, member_id: int, now: datetime) -> list[Record]:
    """What a member can pay with, oldest first."""
    lasting = _g.expires_at.is_(None) | (_g.expires_at > now)
    held = select(gift_cards).where(_g.holder_id == member_id, _g.state == "active", _g.balance_minor > 0)
    return rows(tx, held.where(lasting).order_by(_g.id))


def count_moves_of_held(tx: Transaction, member_id: int) -> int:
    """Of all gift cards that a member holds."""
    moves = select(cast(func.coalesce(func.sum(_g.last_seq), 0), BigInteger)).where(_g.holder_id == member_id)
    return int(tx.execute(moves).scalar_one())


def find_transaction_by_key(tx: Transaction, merchant_id: int, idempotency_key: str) -> Record | None:
    """With the card's `currency`."""
    return find(tx, _BY_KEY, merchant_id=merchant_id, key=idempotency_key)


def get_transaction(tx: Transaction, transaction_id: int) -> Record:
    """With the card's `currency`."""
    return tx.execute(_BY_ID, {"transaction_id": transaction_id}).one()


def list_transactions(tx: Transaction, gift_card_id: int) -> list[Record]:
    """Oldest first."""
    query = select(gift_card_transactions).where(_t.gift_card_id == gift_card_id).order_by(_t.seq)
    return rows(tx, query)


def find_payment(tx: Transaction, gift_card_id: int, transaction_id: int) -> Record | None:
    """What was spent (`paid_minor`) and came back since (`returned_minor`); only of a payment with this card."""
    back = gift_card_transactions.alias()
    returned = (
        select(cast(func.coalesce(func.sum(back.c.value_minor), 0), BigInteger))
        .where(back.c.gift_card_id == gift_card_id, back.c.reverses_id == transaction_id)
        .scalar_subquery()
    )
    query = select(_t.id, (-_t.value_minor).label("paid_minor"), returned.label("returned_minor"))
    return find(tx, query.where(_t.id == transaction_id, _t.gift_card_id == gift_card_id, _t.kind == "spend"))


def list_ended(tx: Transaction, now: datetime, limit: int) -> list[int]:
    """Ids of cards that ended with something left."""
    query = select(_g.id).where(_g.expires_at <= now, _g.balance_minor > 0).order_by(_g.id).limit(limit)
    return [row.id for row in rows(tx, query)]


def has_member(tx: Transaction, merchant_id: int, member_id: int) -> bool:
    query = select(members.c.id).where(members.c.id == member_id, members.c.merchant_id == merchant_id)
    return find(tx, query) is not None
