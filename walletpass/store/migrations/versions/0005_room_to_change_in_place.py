"""Rows that change with every stamp and every push have room to do so without touching their indexes.

https://www.postgresql.org/docs/current/storage-hot.html
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_CHANGING = ("accounts", "device_topics", "passes")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table in _CHANGING:
            op.execute(f"ALTER TABLE {table} SET (fillfactor = 60)")
