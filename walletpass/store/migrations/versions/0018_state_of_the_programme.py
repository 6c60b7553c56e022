"""A card shows a state of its programme. Those that are out were told of none."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column(
        "accounts", sa.Column("shown_state", sa.String(10), nullable=False, server_default="active")
    )
