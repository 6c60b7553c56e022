"""Of barcodes that rotate, which was used last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "google_objects", sa.Column("used_step", sa.BigInteger(), server_default="0", nullable=False)
    )
