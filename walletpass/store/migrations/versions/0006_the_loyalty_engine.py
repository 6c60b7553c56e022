"""The loyalty engine: units beside stamps, lots, a chain of hashes, counters, what is due later.

What was collected before has no hashes; it becomes one lot for each card, without an end.
"""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0006"
down_revision = "0005"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _add_tables()
    _add_columns()
    _index_columns()
    _fill_lots()


def _add_tables() -> None:
    op.create_table(
        "account_days",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("stamps", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("spend_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_days_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_days")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_account_days_account_id_day")),
    )
    op.create_table(
        "due_items",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_due_items_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_items")),
        sa.UniqueConstraint("account_id", "kind", "ref", name=op.f("uq_due_items_account_id_kind_ref")),
    )
    op.create_index("ix_due_items_due_at", "due_items", ["due_at"])

    op.create_table(
        "expiry_warnings",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("offset", sa.String(length=20), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_expiry_warnings_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_warnings")),
        sa.UniqueConstraint(
            "account_id",
            "unit",
            "expires_at",
            "offset",
            name=op.f("uq_expiry_warnings_account_id_unit_expires_at_offset"),
        ),
    )
    op.create_table(
        "rule_counters",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rule_counters_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_counters")),
        sa.UniqueConstraint(
            "account_id", "rule", "period_start", name=op.f("uq_rule_counters_account_id_rule_period_start")
        ),
    )
    op.create_table(
        "reward_stock",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("program_id", _KEY, nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_reward_stock_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_stock")),
        sa.UniqueConstraint("program_id", "template", name=op.f("uq_reward_stock_program_id_template")),
    )
    op.create_table(
        "entry_notes",
        sa.Column("entry_id", _KEY, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name=op.f("fk_entry_notes_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_notes")),
    )
    op.create_table(
        "lots",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("entry_id", _KEY, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
    )
    op.create_index("ix_lots_entry_id", "lots", ["entry_id"])
    op.create_index("ix_lots_open", "lots", ["account_id", "remaining"])

    op.create_table(
        "lot_allocations",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("lot_id", _KEY, nullable=False),
        sa.Column("entry_id", _KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_lot_allocations_entry_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lots.id"], name=op.f("fk_lot_allocations_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_allocations")),
    )
    op.create_index("ix_lot_allocations_entry_id", "lot_allocations", ["entry_id"])
    op.create_index("ix_lot_allocations_lot_id", "lot_allocations", ["lot_id"])


def _add_columns() -> None:
    dialect = op.get_context().dialect.name
    genesis = "X'" + "00" * 32 + "'" if dialect == "sqlite" else "'\\x" + "00" * 32 + "'"
    added = {
        "accounts": (
            sa.Column("points", sa.Integer(), server_default="0", nullable=False),
            sa.Column("stamps_owed", sa.Integer(), server_default="0", nullable=False),
            sa.Column("points_owed", sa.Integer(), server_default="0", nullable=False),
            sa.Column("lifetime_points", sa.Integer(), server_default="0", nullable=False),
            sa.Column("chain_head", sa.LargeBinary(32), server_default=sa.text(genesis), nullable=False),
            sa.Column("stamps_roll_to", Instant()),
            sa.Column("points_roll_to", Instant()),
            sa.Column("carried", sa.JSON(none_as_null=True)),
            sa.Column("rings_at", Instant()),
            sa.Column("tier", sa.String(40), server_default="", nullable=False),
            sa.Column("referral_code", sa.String(16)),
            sa.Column("next_change_at", Instant()),
        ),
        "activities": (
            sa.Column("external_id", sa.String(80)),
            sa.Column("gross_minor", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("eligible_minor", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("refunded_minor", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("details", sa.JSON(none_as_null=True)),
            sa.Column("received_at", Instant()),
        ),
        "issued_rewards": (
            sa.Column("template", sa.String(40), server_default="", nullable=False),
            sa.Column("kind", sa.String(20), server_default="gift", nullable=False),
            sa.Column("terms", sa.JSON(none_as_null=True)),
            sa.Column("unit_cost_minor", sa.BigInteger(), server_default="0", nullable=False),
            sa.Column("code_digest", sa.LargeBinary(32)),
            sa.Column("code_sealed", sa.LargeBinary()),
            sa.Column("valid_to", Instant()),
            sa.Column("reserved_until", Instant()),
            sa.Column("reserved_by", sa.String(80)),
        ),
        "ledger_entries": (
            sa.Column("unit", sa.String(10), server_default="stamps", nullable=False),
            sa.Column("rule", sa.String(40), server_default="", nullable=False),
            sa.Column("breakdown", sa.JSON(none_as_null=True)),
            sa.Column("reason", sa.String(40), server_default="", nullable=False),
            sa.Column("note_digest", sa.LargeBinary(32)),
            sa.Column("effective_at", Instant()),
            sa.Column("hash", sa.LargeBinary(32)),
        ),
        "program_versions": (
            sa.Column("migration", sa.String(20), server_default="move_all", nullable=False),
        ),
        "programs": (sa.Column("state", sa.String(10), server_default="active", nullable=False),),
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)
    number = "INTEGER" if dialect == "sqlite" else "BIGINT"
    reference = "CONSTRAINT fk_activities_merchant_id REFERENCES merchants (id)"
    op.execute(f"ALTER TABLE activities ADD COLUMN merchant_id {number} {reference}")


def _index_columns() -> None:
    # Indexes and no constraints: for those SQLite would write whole tables anew.
    op.create_index("ix_accounts_referral_code", "accounts", ["referral_code"], unique=True)
    op.create_index("ix_activities_external", "activities", ["merchant_id", "external_id"], unique=True)
    op.create_index("ix_issued_rewards_code_digest", "issued_rewards", ["code_digest"], unique=True)
    op.create_index("ix_issued_rewards_held", "issued_rewards", ["account_id", "state"])
    op.create_index("ix_ledger_entries_issued_reward_id", "ledger_entries", ["issued_reward_id"])
    op.create_index("ix_ledger_entries_reverses_id", "ledger_entries", ["reverses_id"])


def _fill_lots() -> None:
    op.execute(
        "INSERT INTO lots (account_id, entry_id, unit, original, remaining, earned_on, rolls)"
        " SELECT a.id, max(e.id), 'stamps', a.stamps, a.stamps, date(max(e.recorded_at)), false"
        " FROM accounts a JOIN ledger_entries e ON e.account_id = a.id AND e.kind = 'earn'"
        " WHERE a.stamps > 0 GROUP BY a.id, a.stamps"
    )
