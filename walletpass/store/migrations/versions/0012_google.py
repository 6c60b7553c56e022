"""Google Wallet: what was sent there, what it told us, and what waits to be sent."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0012"
down_revision = "0011"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "google_accounts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("merchant_id", _KEY, nullable=False),
        sa.Column("issuer_id", sa.String(19), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_google_accounts_merchant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_google_accounts")),
        sa.UniqueConstraint("merchant_id", name=op.f("uq_google_accounts_merchant_id")),
    )
    op.create_table(
        "google_classes",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("program_id", _KEY, nullable=False),
        sa.Column("tier", sa.String(40), nullable=False),
        sa.Column("issuer_id", sa.String(19), nullable=False),
        sa.Column("suffix", sa.String(64), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_google_classes_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_google_classes")),
        sa.UniqueConstraint(
            "program_id", "tier", "issuer_id", name=op.f("uq_google_classes_program_id_tier_issuer_id")
        ),
        sa.UniqueConstraint("issuer_id", "suffix", name=op.f("uq_google_classes_issuer_id_suffix")),
    )
    op.create_table(
        "google_objects",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("account_id", _KEY, nullable=False),
        sa.Column("class_id", _KEY, nullable=False),
        sa.Column("issuer_id", sa.String(19), nullable=False),
        sa.Column("suffix", sa.String(64), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("sent_version", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.Column("saved_at", Instant()),
        sa.Column("removed_at", Instant()),
        sa.Column("window_at", Instant()),
        sa.Column("window_notices", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_google_objects_account_id")),
        sa.ForeignKeyConstraint(["class_id"], ["google_classes.id"], name=op.f("fk_google_objects_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_google_objects")),
        sa.UniqueConstraint("account_id", "issuer_id", name=op.f("uq_google_objects_account_id_issuer_id")),
        sa.UniqueConstraint("issuer_id", "suffix", name=op.f("uq_google_objects_issuer_id_suffix")),
    )
    op.create_index("ix_google_objects_class_id", "google_objects", ["class_id"])
    op.create_table(
        "google_events",
        sa.Column("nonce", sa.String(80), nullable=False),
        sa.Column("object_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["google_objects.id"], name=op.f("fk_google_events_object_id")
        ),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_google_events")),
    )
    op.create_index("ix_google_events_until", "google_events", ["until"])
    op.create_table(
        "google_halts",
        sa.Column("issuer_id", sa.String(19), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("retry_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_google_halts")),
    )
    op.create_table(
        "drawn_images",
        sa.Column("design_version_id", _KEY, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["design_version_id"], ["design_versions.id"], name=op.f("fk_drawn_images_design_version_id")
        ),
        sa.ForeignKeyConstraint(["digest"], ["images.digest"], name=op.f("fk_drawn_images_digest")),
        sa.PrimaryKeyConstraint("design_version_id", "name", name=op.f("pk_drawn_images")),
    )
    op.create_index("ix_drawn_images_digest", "drawn_images", ["digest"])
    op.create_table(
        "google_outbox",
        sa.Column("object_id", _KEY, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["google_objects.id"], name=op.f("fk_google_outbox_object_id")
        ),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_google_outbox")),
    )
    op.create_index("ix_google_outbox_due", "google_outbox", ["lane", "due_at"])
