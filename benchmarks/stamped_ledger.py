"""A shop where every stamp is a real one: another key, another time, staff at a branch."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
)

from benchmarks.deep_ledger import deepen
from benchmarks.loaded_ledger import multiply, play
from walletpass.app import build_services
from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Program
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.installation.history_shop import CARD, ZONE
from walletpass.operations.posting.request import Post
from walletpass.operations.services import Services
from walletpass.settings import Settings
from walletpass.store.columns import Instant, Key
from walletpass.store.schema import migrate
from walletpass.store.session import HastyDatabase, pragmas

DEPTHS = (10, 1_000, 100_000)
"""Entries of the ledgers that accounts 1, 2, … have."""
_PLAIN = Program(CARD, ZONE, earn=(EarnRule("welcome", Trigger.WELCOME, Unit.STAMPS, 1),))
_BETWEEN = timedelta(hours=6)
"""Beyond every limit, whoever is stamped next."""
_BYTES = 200

_bare = Table(
    "bare_rows",
    MetaData(),
    Column("id", Key, primary_key=True),
    Column("account_id", Integer, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)
_INSERT = insert(_bare)
_SETTLING = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": ("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"),
}


@dataclass
class _Moved:
    at: datetime

    def now(self) -> datetime:
        self.at += _BETWEEN
        return self.at


@dataclass(frozen=True)
class StampedLedger:
    services: Services
    hasty: Services
    bare: Engine
    merchant_id: int
    staff_id: int
    branch_id: int
    size: int
    draw: Random

    def write_bare(self) -> None:
        """What a stamp is at the least: that somebody came, what it gave, and what the card has now."""
        row = {
            "account_id": self._any(),
            "kind": "stamp",
            "body": bytes(_BYTES),
            "at": self.services.clock.now(),
        }
        with self.bare.begin() as tx:
            for _ in range(3):
                tx.execute(_INSERT, row)

    def stamp(self) -> None:
        self._stamp(self.services, self._any())

    def stamp_all(self, size: int) -> None:
        for account_id in range(1, size + 1):
            self._stamp(self.services, account_id)

    def stamp_in_memory(self) -> None:
        self._stamp(self.hasty, self._any())

    def stamp_deep(self, entries: int) -> None:
        self._stamp(self.hasty, DEPTHS.index(entries) + 1)

    def deepen(self) -> None:
        for account_id, entries in enumerate(DEPTHS, 1):
            deepen(self.services, account_id, entries)

    def close(self) -> None:
        self.services.database.close()
        self.hasty.database.close()
        self.bare.dispose()

    def _any(self) -> int:
        return self.draw.randint(len(DEPTHS) + 1, self.size)

    def _stamp(self, services: Services, account_id: int) -> None:
        request = Post(self.merchant_id, account_id, new_form_key(), {}, self.staff_id, self.branch_id)
        assert stamp(services, request, 1).added == 1


def open_ledger(address: str, folder: Path, played: int, size: int) -> StampedLedger:
    """With so many accounts, of which some were played and the rest are copies."""
    settings = Settings.from_env(
        {"DATABASE_URL": address, "DATA_DIR": str(folder), "SECRET_KEY": "benchmark"}
    )
    services = build_services(settings)
    migrate(services.database)
    _bare.create(services.database.engine)
    counter = play(services, played, 0, _PLAIN)
    services = replace(services, clock=_Moved(services.clock.now()))
    hasty = replace(services, database=HastyDatabase(address))
    place = counter.merchant_id, counter.staff[0], counter.branches[0]
    ledger = StampedLedger(services, hasty, _open_bare(address), *place, size, Random(size))
    # Everybody has been there once: what a first visit changes of a card beside its balance is not measured.
    ledger.stamp_all(played)
    multiply(services, played, size // played)
    _settle(services)
    return ledger


def _settle(services: Services) -> None:
    """As a database is that has run for a while: nothing of the loading is left to be done behind a stamp's back."""
    with services.reading() as tx:
        for statement in _SETTLING[tx.dialect.name]:
            tx.exec_driver_sql(statement)


def _open_bare(address: str) -> Engine:
    """As SQLAlchemy's documentation says, with the same care for what was committed and for lost servers."""
    engine = create_engine(address, pool_pre_ping=not address.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in pragmas(durable=True):
        connection.execute(pragma)
