"""An outbox for each channel: a push is known by its topic and needs no id, a letter has no topic."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0010"
down_revision = "0009"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "push_outbox",
        sa.Column("topic_id", _KEY, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["device_topics.id"], name=op.f("fk_push_outbox_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_push_outbox")),
    )
    op.create_table(
        "letter_outbox",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("letter_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_outbox")),
    )
    op.execute(
        "INSERT INTO push_outbox (topic_id, lane, generation, due_at, attempts, created_at)"
        " SELECT topic_id, lane, generation, due_at, attempts, created_at FROM outbox WHERE channel = 'apple'"
    )
    op.execute(
        "INSERT INTO letter_outbox (letter_sealed, due_at, attempts, created_at)"
        " SELECT letter_sealed, due_at, attempts, created_at FROM outbox WHERE channel = 'mail' ORDER BY id"
    )
    op.create_index("ix_push_outbox_due", "push_outbox", ["lane", "due_at"])
    op.create_index("ix_letter_outbox_due", "letter_outbox", ["due_at", "id"])
    op.drop_table("outbox")
