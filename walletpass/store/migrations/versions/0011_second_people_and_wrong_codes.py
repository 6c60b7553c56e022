"""Corrections that wait for a second person, wrong codes of the last minute, stamps of a shop by time.

Whether a programme takes members has been said by its state since 0006.
"""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0011"
down_revision = "0010"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STAMPED = sa.text("kind = 'stamped'")


def upgrade() -> None:
    _add_corrections()
    _add_wrong_codes()
    op.create_index(
        "ix_activities_stamped",
        "activities",
        ["merchant_id", "happened_at"],
        sqlite_where=_STAMPED,
        postgresql_where=_STAMPED,
    )
    op.drop_column("programs", "open")


def _add_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by_id", _KEY, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered_by_id", _KEY),
        sa.Column("answered_at", Instant()),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_corrections_{column}"))
            for column, table in (
                ("merchant_id", "merchants"),
                ("account_id", "accounts"),
                ("asked_by_id", "staff"),
                ("answered_by_id", "staff"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("merchant_id", "key", name=op.f("uq_corrections_merchant_id_key")),
    )
    op.create_index("ix_corrections_account_id", "corrections", ["account_id"])


def _add_wrong_codes() -> None:
    op.create_table(
        "wrong_codes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_wrong_codes_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_codes")),
        sa.UniqueConstraint("merchant_id", "kind", "who", name=op.f("uq_wrong_codes_merchant_id_kind_who")),
    )
