"""Gift cards, with a money ledger of their own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_cards()
    _add_transactions()


def _add_cards() -> None:
    op.create_table(
        "gift_cards",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("transferable", sa.Boolean(), nullable=False),
        sa.Column("purchaser_account_id", _KEY),
        sa.Column("source_entry_id", _KEY),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_last4", sa.String(4), nullable=False),
        *_standing(),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.LargeBinary(32), nullable=False),
        *_references("gift_cards", merchant_id="merchants", purchaser_account_id="accounts"),
        *_references("gift_cards", source_entry_id="ledger_entries", holder_id="members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_cards")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_gift_cards_code_digest")),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_gift_cards_balance_minor")),
    )
    for column in ("merchant_id", "holder_id", "expires_at"):
        op.create_index(f"ix_gift_cards_{column}", "gift_cards", [column])


def _add_transactions() -> None:
    table = "gift_card_transactions"
    op.create_table(
        table,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("gift_card_id", _KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        *_standing(),
        sa.Column("reverses_id", _KEY),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("activity_id", _KEY),
        sa.Column("staff_id", _KEY),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary()),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("key", sa.String(80)),
        sa.Column("request_digest", sa.LargeBinary(32)),
        *_references(table, gift_card_id="gift_cards", holder_id="members", reverses_id=table),
        *_references(table, activity_id="activities", staff_id="staff", merchant_id="merchants"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("gift_card_id", "seq", name=op.f(f"uq_{table}_gift_card_id_seq")),
        sa.UniqueConstraint("merchant_id", "key", name=op.f(f"uq_{table}_merchant_id_key")),
    )


def _standing() -> tuple[sa.Column[Any], ...]:
    """Columns that both tables have."""
    return (
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("expires_at", Instant()),
        sa.Column("holder_id", _KEY),
    )


def _references(table: str, **referred: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in referred.items()
    )
