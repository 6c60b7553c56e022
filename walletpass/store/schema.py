"""The whole schema, and how a database is brought to it."""

import secrets
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from walletpass.store import (
    accounts,
    bookings,
    check_ins,
    corrections,
    counters,
    designs,
    device_logs,
    devices,
    due,
    gift_cards,
    google,
    google_outbox,
    halts,
    ledger,
    letters,
    locations,
    lots,
    merchants,
    outbox,
    pass_types,
    people,
    pushes,
    referrals,
    rewards,
    roll_outs,
    staff,
    tiers,
    wrong_codes,
)
from walletpass.store.changes import database_facts
from walletpass.store.columns import metadata
from walletpass.store.session import Database, Transaction

__all__ = [
    "accounts",
    "bookings",
    "check_ins",
    "corrections",
    "counters",
    "designs",
    "device_logs",
    "devices",
    "due",
    "gift_cards",
    "google",
    "google_outbox",
    "halts",
    "ledger",
    "letters",
    "locations",
    "lots",
    "merchants",
    "metadata",
    "outbox",
    "pass_types",
    "people",
    "pushes",
    "referrals",
    "rewards",
    "roll_outs",
    "staff",
    "tiers",
    "wrong_codes",
]

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the database to the present schema; keeps what is in it. Repeating it does nothing."""
    with database.transaction() as tx:
        command.upgrade(_config(tx), "head")
        _set_facts(tx)


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this program. Raises StoreUnavailable."""
    with database.reading() as tx:
        return MigrationContext.configure(tx).get_current_revision() == _newest_revision()


@cache
def _newest_revision() -> str | None:
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def write_migration(database: Database, message: str) -> None:
    """A new file in migrations/versions with what the tables in the code have beyond the newest migration."""
    with database.transaction() as tx:
        command.revision(_config(tx), message, autogenerate=True)


def _config(tx: Transaction) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = tx
    return config


def _set_facts(tx: Transaction) -> None:
    names = set(tx.execute(select(database_facts.c.name)).scalars())
    for name, value in (("epoch", 1 + secrets.randbelow(10**9 - 1)), ("tag", 0)):
        if name not in names:
            tx.execute(insert(database_facts).values(name=name, value=value))
