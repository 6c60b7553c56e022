"""A registration has a tag: what changed while a phone was not registered for it is listed once it is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("registrations", sa.Column("tag", sa.BigInteger(), server_default="0", nullable=False))
