"""A stamp writes to fewer indexes: none for values that a row has not, one for rows that are known by their columns."""

import sqlalchemy as sa
from alembic import op

from walletpass.store.columns import Instant

revision = "0014"
down_revision = "0013"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SELDOM_SET = (
    ("ix_activities_external", "activities", ("merchant_id", "external_id"), True),
    ("ix_ledger_entries_reverses_id", "ledger_entries", ("reverses_id",), False),
    ("ix_ledger_entries_issued_reward_id", "ledger_entries", ("issued_reward_id",), False),
    ("ix_issued_rewards_code_digest", "issued_rewards", ("code_digest",), True),
    ("ix_accounts_referral_code", "accounts", ("referral_code",), True),
)
_KNOWN_BY_COLUMNS = {
    "account_days": (
        ("day", sa.Date()),
        ("visits", sa.Integer()),
        ("stamps", sa.Integer()),
        ("points", sa.Integer()),
        ("spend_minor", sa.BigInteger()),
    ),
    "rule_counters": (("rule", sa.String(60)), ("period_start", sa.Date()), ("count", sa.Integer())),
    "visits": (("location_id", _KEY), ("count", sa.Integer()), ("last_at", Instant())),
}
_KEYS = {
    "account_days": ("account_id", "day"),
    "rule_counters": ("account_id", "rule", "period_start"),
    "visits": ("account_id", "location_id"),
}
_REFERENCES = {"account_id": "accounts.id", "location_id": "locations.id"}


def upgrade() -> None:
    for name, table, columns, unique in _SELDOM_SET:
        is_set = sa.text(f"{columns[-1]} IS NOT NULL")
        op.drop_index(name, table)
        op.create_index(
            name, table, list(columns), unique=unique, sqlite_where=is_set, postgresql_where=is_set
        )
    for table in _KEYS:
        _make_anew(table)


def _make_anew(table: str) -> None:
    """SQLite cannot take a key from a table."""
    columns = (("account_id", _KEY), *_KNOWN_BY_COLUMNS[table])
    op.rename_table(table, f"{table}_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table}_before DROP CONSTRAINT pk_{table}")
    made = op.create_table(
        table,
        *(sa.Column(name, kind, nullable=False) for name, kind in columns),
        *(
            sa.ForeignKeyConstraint([name], [_REFERENCES[name]], name=op.f(f"fk_{table}_{name}"))
            for name, _ in columns
            if name in _REFERENCES
        ),
        sa.PrimaryKeyConstraint(*_KEYS[table], name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    names = [name for name, _ in columns]
    before = sa.table(f"{table}_before", *map(sa.column, names))
    op.execute(made.insert().from_select(names, sa.select(before)))
    op.drop_table(f"{table}_before")
