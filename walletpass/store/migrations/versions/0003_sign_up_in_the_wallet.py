"""A pass may ask its holder to sign up; its handed version is that of its first file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("passes", sa.Column("personalisation", sa.String(5), server_default="", nullable=False))
    # Until now it was the newest file's. How old the oldest copy is, is not known of these.
    op.execute("UPDATE passes SET handed_version = 0")
