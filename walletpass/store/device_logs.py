"""What phones report. Nobody vouches for it: a line counts for a pass only where its phone is registered."""

from sqlalchemy import Column, Index, String, Table

from walletpass.store.columns import Instant, key, metadata, to

device_logs = Table(
    "device_logs",
    metadata,
    key(),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    to("pass_id", "passes", nullable=True),
    Column("pass_type_identifier", String(200), nullable=False, default=""),
    Column("text", String(500), nullable=False),
    Index("ix_device_logs_pass", "pass_id", "at"),
)
