"""Connections and transactions, the same above SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from walletpass.store.held_connections import HeldConnections
from walletpass.store.wire import send_in_time

Transaction = Connection
"""What store functions take: a connection with a transaction open on it."""

_CACHE = "cache_size=-16384"
"""KiB at the most, for each connection: room for all but the leaves of what a million cards fill."""
_CHECKPOINT = "wal_autocheckpoint=8000"
"""Pages: pages that change again and again, as most do, are moved into the database less often."""
_BUSY_SECONDS = 5.0
"""How long a request waits for a database that others hold."""


class StoreUnavailable(Exception):
    """Nothing was written. `code` is a refusal's: busy, storage_full or bad_request."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Overtaken(StoreUnavailable):
    """Another made the same row at the same moment: who tries again finds it."""

    def __init__(self) -> None:
        super().__init__("busy")


class Database:
    def __init__(self, url: str, busy_seconds: float = _BUSY_SECONDS) -> None:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        make_engine = _sqlite_engine if is_sqlite else _server_engine
        self.url = url
        # Each with connections of its own: to turn one into another and back takes longer than most questions.
        self.engine = make_engine(url, busy_seconds)
        self._hasty = make_engine(url, busy_seconds, durable=False)
        self._held = [HeldConnections(engine) for engine in (self.engine, self._hasty) if is_sqlite]
        self._begin, self._begin_hastily = (kept.begin for kept in self._held or (self.engine, self._hasty))
        self._reader = make_engine(url, busy_seconds, "AUTOCOMMIT", pool_reset_on_return=None)
        self._snapshots = make_engine(url, busy_seconds, "REPEATABLE READ")

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Leaving commits, raising rolls back. Raises StoreUnavailable."""
        with _TRANSLATED, self._begin() as connection:
            yield connection

    @contextmanager
    def hasty_transaction(self) -> Iterator[Transaction]:
        """The same, without waiting for the disk: what it wrote may be gone after a power cut, whole, and nothing else.

        For what is done again then and does no harm twice.
        """
        with _TRANSLATED, self._begin_hastily() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Every statement is a snapshot of its own; without BEGIN and ROLLBACK it is 2.8 times as fast."""
        with _TRANSLATED, self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Several statements that see one state of the database. Nothing written in it is kept."""
        with _TRANSLATED, self._snapshots.connect() as connection:
            connection.begin()
            yield connection

    def close(self) -> None:
        for held in self._held:
            held.close()
        for engine in (self.engine, self._hasty, self._reader, self._snapshots):
            engine.dispose()


class HastyDatabase(Database):
    """None of its transactions waits for the disk: for what is made anew as a whole."""

    transaction = Database.hasty_transaction


def _write_document(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_DOCUMENTS: dict[str, Any] = {"json_serializer": _write_document, "json_deserializer": msgspec.json.decode}


def _server_engine(
    url: str, busy_seconds: float, isolation: str | None = None, *, durable: bool = True, **options: Any
) -> Engine:
    engine = create_engine(
        url,
        isolation_level=isolation,
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=busy_seconds,
        # psycopg, where it prepares statements itself, deallocates all with every rollback, also those of `wire`.
        connect_args={"prepare_threshold": None},
        **_DOCUMENTS,
        **options,
    )
    send_in_time(engine)
    if not durable:
        event.listen(engine, "begin", _wait_for_no_disk)
    return engine


def _wait_for_no_disk(connection: Connection) -> None:
    # https://www.postgresql.org/docs/current/wal-async-commit.html
    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _sqlite_engine(
    url: str, busy_seconds: float, isolation: str | None = None, *, durable: bool = True, **options: Any
) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        url,
        max_overflow=-1,
        connect_args={"timeout": busy_seconds},
        **_DOCUMENTS,
        **options,
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would open transactions by itself, late and deferred; with None it leaves them to HeldConnections.
        connection.isolation_level = None
        for pragma in pragmas(durable=durable):
            connection.execute(pragma)

    event.listen(engine, "connect", prepare)
    if isolation == "REPEATABLE READ":
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def pragmas(*, durable: bool) -> list[str]:
    """What is said to SQLite on a new connection. https://www.sqlite.org/pragma.html"""
    synchronous = "FULL" if durable else "NORMAL"
    said = ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON", _CACHE, _CHECKPOINT)
    return [f"PRAGMA {each}" for each in said]


class _Translated:
    """A class: as a generator it takes longer than BEGIN does."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        match error:
            case OperationalError():
                full = any(sign in str(error.orig) for sign in ("disk is full", "No space left"))
                raise StoreUnavailable("storage_full" if full else "busy") from error
            case IntegrityError():
                raise Overtaken from error
            case DataError() | OverflowError() | UnicodeEncodeError():
                # A value that no column can hold: a NUL or half a character in a text, a number of a hundred digits.
                raise StoreUnavailable("bad_request") from error


_TRANSLATED = _Translated()
