"""A lot is known by the entry that it was credited by."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0016"
down_revision = "0015"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = {
    "lots": ("ix_lots_entry_id", "ix_lots_open"),
    "lot_allocations": ("ix_lot_allocations_entry_id", "ix_lot_allocations_lot_id"),
}


def upgrade() -> None:
    for table, indexes in _INDEXES.items():
        for index in indexes:
            op.drop_index(index, table)
        op.rename_table(table, f"{table}_before")
        if op.get_context().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE {table}_before DROP CONSTRAINT pk_{table} CASCADE")
            op.execute(f"ALTER SEQUENCE {table}_id_seq RENAME TO {table}_before_id_seq")
    _make_lots()
    _make_allocations()
    op.drop_table("lot_allocations_before")
    op.drop_table("lots_before")


def _make_lots() -> None:
    made = op.create_table(
        "lots",
        sa.Column("entry_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("original", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("available_from", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("latest_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lots_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_lots_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_lots")),
    )
    names = made.c.keys()
    before = sa.table("lots_before", *map(sa.column, names))
    op.execute(made.insert().from_select(names, sa.select(before)))
    op.create_index("ix_lots_open", "lots", ["account_id", "remaining"])


def _make_allocations() -> None:
    op.create_table(
        "lot_allocations",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("lot_id", _KEY, nullable=False),
        sa.Column("entry_id", _KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_lot_allocations_entry_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.entry_id"], name=op.f("fk_lot_allocations_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_allocations")),
    )
    op.execute(
        "INSERT INTO lot_allocations (id, lot_id, entry_id, quantity)"
        " SELECT a.id, l.entry_id, a.entry_id, a.quantity"
        " FROM lot_allocations_before a JOIN lots_before l ON l.id = a.lot_id"
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "SELECT setval('lot_allocations_id_seq', max(id)) FROM lot_allocations HAVING max(id) IS NOT NULL"
        )
    op.create_index("ix_lot_allocations_entry_id", "lot_allocations", ["entry_id"])
    op.create_index("ix_lot_allocations_lot_id", "lot_allocations", ["lot_id"])
