"""Which pass types came into use in which order, and which of them shops brought."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pass_types",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("pass_type_identifier", sa.String(200), nullable=False),
        sa.Column("merchant_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_pass_types_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_types")),
        sa.UniqueConstraint("pass_type_identifier", name=op.f("uq_pass_types_pass_type_identifier")),
    )
    op.execute(
        "INSERT INTO pass_types (pass_type_identifier, merchant_id)"
        " SELECT p.pass_type_identifier,"
        " (SELECT min(m.id) FROM merchants m WHERE m.pass_type_identifier = p.pass_type_identifier)"
        " FROM passes p GROUP BY p.pass_type_identifier ORDER BY min(p.id)"
    )
    op.execute(
        "INSERT INTO pass_types (pass_type_identifier, merchant_id)"
        " SELECT m.pass_type_identifier, min(m.id) FROM merchants m WHERE m.pass_type_identifier IS NOT NULL"
        " AND m.pass_type_identifier NOT IN (SELECT pass_type_identifier FROM pass_types)"
        " GROUP BY m.pass_type_identifier"
    )
