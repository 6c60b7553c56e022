"""What is kept about members; printed cards; cards that were merged.

A telephone number that was written with 00 is found anew when its owner gives it again.
"""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0009"
down_revision = "0008"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    op.add_column("members", sa.Column("town", sa.String(80), server_default="", nullable=False))
    op.add_column("members", sa.Column("description", sa.String(1000), server_default="", nullable=False))
    op.add_column("members", sa.Column("status", sa.String(10), server_default="active", nullable=False))
    op.create_table(
        "member_photos",
        sa.Column("member_id", _KEY, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_photos_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_member_photos")),
    )
    op.create_table(
        "member_tags",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("member_id", _KEY, nullable=False),
        sa.Column("text", sa.String(30), nullable=False),
        sa.Column("folded", sa.String(90), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_tags_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_tags")),
        sa.UniqueConstraint("member_id", "folded", name=op.f("uq_member_tags_member_id_folded")),
    )
    op.add_column("accounts", sa.Column("page_opened_at", Instant()))
    number = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    reference = "CONSTRAINT fk_accounts_merged_into_id REFERENCES accounts (id)"
    op.execute(f"ALTER TABLE accounts ADD COLUMN merged_into_id {number} {reference}")
    op.create_index(
        "ix_accounts_merged_into_id",
        "accounts",
        ["merged_into_id"],
        sqlite_where=_MERGED,
        postgresql_where=_MERGED,
    )
