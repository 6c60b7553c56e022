"""A stamp writes less: visits lie with their account, lots beside each other, entries are found by their numbers."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Document, Instant

revision = "0017"
down_revision = "0016"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_VISITS = {
    "sqlite": """
        UPDATE accounts SET visits = v.document FROM (
            SELECT account_id, json_group_array(json_object(
                'location_id', location_id, 'count', "count", 'last_at', replace(last_at, ' ', 'T') || 'Z'
            )) AS document FROM visits GROUP BY account_id
        ) v WHERE v.account_id = accounts.id
    """,
    "postgresql": """
        UPDATE accounts SET visits = v.document FROM (
            SELECT account_id, json_agg(json_build_object(
                'location_id', location_id, 'count', "count",
                'last_at', to_char(last_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            )) AS document FROM visits GROUP BY account_id
        ) v WHERE v.account_id = accounts.id
    """,
}


def upgrade() -> None:
    _move_visits()
    _number_entries()
    _make_lots_anew()


def _move_visits() -> None:
    op.add_column("accounts", sa.Column("visits", Document, nullable=True))
    op.execute(_VISITS[op.get_context().dialect.name])
    op.drop_table("visits")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE accounts SET (fillfactor = 80)")


def _number_entries() -> None:
    for name, none in (("first_seq", "1"), ("last_seq", "0")):
        op.add_column("activities", sa.Column(name, sa.Integer(), nullable=False, server_default=none))
    op.execute(
        "UPDATE activities SET first_seq = e.first_seq, last_seq = e.last_seq FROM ("
        "SELECT activity_id, min(seq) AS first_seq, max(seq) AS last_seq FROM ledger_entries GROUP BY activity_id"
        ") e WHERE e.activity_id = activities.id"
    )
    op.drop_index("ix_ledger_entries_activity_id", "ledger_entries")


def _make_lots_anew() -> None:
    """SQLite cannot give a table another key."""
    with op.batch_alter_table("lot_allocations") as allocations:
        allocations.drop_constraint("fk_lot_allocations_lot_id", type_="foreignkey")
        allocations.create_foreign_key("fk_lot_allocations_lot_id", "ledger_entries", ["lot_id"], ["id"])
    op.drop_index("ix_lots_open", "lots")
    op.rename_table("lots", "lots_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE lots_before DROP CONSTRAINT pk_lots")
    made = op.create_table(
        "lots",
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("used_up", sa.Boolean(), nullable=False),
        sa.Column("entry_id", _KEY, nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("original", sa.Integer(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("available_from", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("latest_at", Instant(), nullable=True),
        sa.CheckConstraint("used_up = (remaining = 0)", name=op.f("ck_lots_used_up")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lots_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_lots_entry_id")),
        sa.PrimaryKeyConstraint("account_id", "used_up", "entry_id", name=op.f("pk_lots")),
        sqlite_with_rowid=False,
    )
    names = made.c.keys()
    kept = [name for name in names if name != "used_up"]
    before = sa.table("lots_before", *map(sa.column, kept))
    rows = sa.select(*(before.c[name] for name in kept), before.c.remaining == 0)
    op.execute(made.insert().from_select([*kept, "used_up"], rows))
    op.drop_table("lots_before")
