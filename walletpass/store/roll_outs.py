"""Roll-outs: a published change on its way to all cards of a programme."""

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table

from walletpass.store.columns import Instant, key, metadata, to

roll_outs = Table(
    "roll_outs",
    metadata,
    key(),
    to("program_id", "programs", index=True),
    Column("reason", String(10), nullable=False),  # design, rules, places
    Column("state", String(10), nullable=False),  # running, paused, done, replaced
    Column("rate", Float, nullable=False),  # cards per second
    Column("total", Integer, nullable=False),
    Column("moved", Integer, nullable=False, default=0),
    Column("last_account_id", BigInteger, nullable=False, default=0),
    Column("due_at", Instant, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
