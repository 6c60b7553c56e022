"""What came back of a purchase follows from what is left of it; a number of its own was never written."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.drop_column("activities", "refunded_minor")
