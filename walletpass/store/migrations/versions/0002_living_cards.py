"""Living cards: topics of phones, locations, lists of places, roll-outs, device logs."""

import sqlalchemy as sa
from alembic import op

import walletpass.store.columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "push_halts",
        sa.Column("pass_type_identifier", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("since", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.Column("retry_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pass_type_identifier", name=op.f("pk_push_halts")),
    )
    op.create_table(
        "device_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pass_type_identifier", sa.String(length=200), nullable=False),
        sa.Column("pushed_at", walletpass.store.columns.Instant(timezone=True), nullable=True),
        sa.Column("listed_at", walletpass.store.columns.Instant(timezone=True), nullable=True),
        sa.Column("window_at", walletpass.store.columns.Instant(timezone=True), nullable=True),
        sa.Column("window_pushes", sa.Integer(), nullable=False),
        sa.Column("given_up_at", walletpass.store.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_device_topics_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_topics")),
        sa.UniqueConstraint(
            "device_id", "pass_type_identifier", name=op.f("uq_device_topics_device_id_pass_type_identifier")
        ),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("beacon_uuid", sa.String(length=36), nullable=True),
        sa.Column("beacon_major", sa.Integer(), nullable=True),
        sa.Column("beacon_minor", sa.Integer(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("changed_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_locations_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
    )
    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_locations_merchant_id"), ["merchant_id"], unique=False)

    op.create_table(
        "place_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("usual_location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("replaced_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_place_lists_merchant_id")),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["place_lists.id"], name=op.f("fk_place_lists_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["usual_location_id"], ["locations.id"], name=op.f("fk_place_lists_usual_location_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_lists")),
    )
    with op.batch_alter_table("place_lists", schema=None) as batch_op:
        batch_op.create_index("ix_place_lists_merchant", ["merchant_id", "usual_location_id"], unique=False)

    op.create_table(
        "roll_outs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("program_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("last_account_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.Column("started_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", walletpass.store.columns.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_roll_outs_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_outs")),
    )
    with op.batch_alter_table("roll_outs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_outs_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_roll_outs_program_id"), ["program_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_visits_account_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_visits_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("account_id", "location_id", name=op.f("uq_visits_account_id_location_id")),
    )
    op.create_table(
        "device_logs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", walletpass.store.columns.Instant(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pass_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pass_type_identifier", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["pass_id"], ["passes.id"], name=op.f("fk_device_logs_pass_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_logs")),
    )
    with op.batch_alter_table("device_logs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_logs_at"), ["at"], unique=False)
        batch_op.create_index("ix_device_logs_pass", ["pass_id", "at"], unique=False)

    # Written out: SQLite adds such a column in place, while the batch form would rebuild tables that others point to.
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for table, column, target in (
        ("accounts", "program_version_id", "program_versions"),
        ("accounts", "place_list_id", "place_lists"),
        ("activities", "location_id", "locations"),
        ("staff", "location_id", "locations"),
    ):
        reference = f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {number} {reference}")
    op.create_index("ix_accounts_place_list_id", "accounts", ["place_list_id"])
    op.add_column("merchants", sa.Column("max_distance", sa.Integer()))
    op.add_column("passes", sa.Column("fetched_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column("passes", sa.Column("fetched_at", walletpass.store.columns.Instant(timezone=True)))
    _fill_accounts()
    _renew_outbox()


def _fill_accounts() -> None:
    op.execute(
        "UPDATE accounts SET program_version_id ="
        " (SELECT max(v.id) FROM program_versions v WHERE v.program_id = accounts.program_id)"
    )
    op.execute(
        "INSERT INTO place_lists (merchant_id, document, made_at)"
        """ SELECT id, '{"places": [], "max_distance": null}', created_at FROM merchants"""
    )
    op.execute(
        "UPDATE accounts SET place_list_id = (SELECT max(l.id) FROM place_lists l"
        " JOIN programs p ON p.merchant_id = l.merchant_id WHERE p.id = accounts.program_id)"
    )


def _renew_outbox() -> None:
    op.execute(
        "INSERT INTO device_topics (device_id, pass_type_identifier, window_pushes)"
        " SELECT DISTINCT r.device_id, p.pass_type_identifier, 0 FROM registrations r JOIN passes p ON p.id = r.pass_id"
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.execute(
        "UPDATE outbox SET topic_id = (SELECT t.id FROM device_topics t"
        " WHERE t.device_id = outbox.device_id AND t.pass_type_identifier = outbox.pass_type_identifier)"
    )
    op.execute("DELETE FROM outbox WHERE channel = 'apple' AND topic_id IS NULL")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_constraint("uq_outbox_device_id_pass_type_identifier", type_="unique")
        batch_op.drop_index("ix_outbox_due")
        batch_op.drop_constraint("fk_outbox_device_id", type_="foreignkey")
        batch_op.drop_column("pass_type_identifier")
        batch_op.drop_column("device_id")
        batch_op.create_index("ix_outbox_due", ["channel", "lane", "due_at", "id"])
        batch_op.create_unique_constraint("uq_outbox_topic_id", ["topic_id"])
        batch_op.create_foreign_key("fk_outbox_topic_id", "device_topics", ["topic_id"], ["id"])
