"""Databases that one test after another uses: each finds them as migrations leave them."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Connection, event
from support.postgres import OWNER

from walletpass.store.schema import migrate
from walletpass.store.session import Database

LendDatabase = Callable[[], AbstractContextManager[Database]]


class Maker(Protocol):
    def make(self) -> Database: ...

    def put_back(self, database: Database) -> bool:
        """Whether it is now as if it had just been made."""


@contextmanager
def lending(maker: Maker) -> Iterator[LendDatabase]:
    free: list[Database] = []

    @contextmanager
    def lend() -> Iterator[Database]:
        database = free.pop() if free else maker.make()
        yield database
        if maker.put_back(database):
            free.append(database)
        else:
            database.close()

    yield lend
    for database in free:
        database.close()


class SqliteMaker:
    def __init__(self, folder: Path) -> None:
        self._paths = (folder / f"{number}.db" for number in count())
        self._template = next(self._paths)
        _migrate(sqlite_address(self._template))

    def make(self) -> Database:
        database = Database(sqlite_address(next(self._paths)))
        event.listen(database.engine, "connect", _wait_for_no_disk)
        self.put_back(database)
        return database

    def put_back(self, database: Database) -> bool:
        path = database.engine.url.database or ""
        with closing(sqlite3.connect(self._template)) as source, closing(sqlite3.connect(path, 0)) as target:
            try:
                target.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                return False
            target.rollback()
            source.backup(target)
        return True


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


_OTHERS_WORK_IN_IT = """
    SELECT true FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend' AND state <> 'idle'
"""
_SCHEMA = """
    SELECT count(*), max(written) FROM (
        SELECT xmin::text::bigint AS written FROM pg_class
        UNION ALL SELECT xmin::text::bigint FROM pg_attribute
        UNION ALL SELECT xmin::text::bigint FROM pg_constraint
    ) AS descriptions
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


class PostgresMaker:
    """Puts back by deleting rows: a new database, or TRUNCATE, takes twenty times as long."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = (f"lent_{number}" for number in count())
        self._template = next(self._names)
        create_postgres_database(folder, self._template)
        template = Database(postgres_address(folder, self._template))
        migrate(template)
        with template.transaction() as tx:
            self._put_back = _keep_rows(tx)
            self._schema = tx.exec_driver_sql(_SCHEMA).one()
        template.close()

    def make(self) -> Database:
        name = next(self._names)
        create_postgres_database(self._folder, name, self._template)
        return Database(postgres_address(self._folder, name))

    def put_back(self, database: Database) -> bool:
        with database.transaction() as tx:
            others_work = tx.exec_driver_sql(_OTHERS_WORK_IN_IT).first()
            if others_work or tx.exec_driver_sql(_SCHEMA).one() != self._schema:
                return False
            tx.exec_driver_sql(self._put_back)
        return True


def _keep_rows(tx: Connection) -> str:
    """Set aside what the tables hold now. Return the statements that bring them back to it."""
    tables = tx.exec_driver_sql(_TABLES).scalars().all()
    filled = [name for name in tables if tx.exec_driver_sql(f"SELECT FROM {name} LIMIT 1").rowcount]
    tx.exec_driver_sql("CREATE SCHEMA kept")
    for name in filled:
        tx.exec_driver_sql(f"CREATE TABLE kept.{name} AS TABLE {name}")
    return ";".join(
        (
            "SET LOCAL session_replication_role = replica",  # foreign keys bind no order of deletion
            *(f"DELETE FROM {name}" for name in tables),
            *(f"INSERT INTO {name} TABLE kept.{name}" for name in filled),
            "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence",
        )
    )


def create_postgres_database(folder: Path, name: str, template: str = "template0") -> None:
    with psycopg.connect(host=str(folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def sqlite_address(path: Path) -> str:
    return f"sqlite:///{path}"


def postgres_address(folder: Path, name: str) -> str:
    return f"postgresql+psycopg://{OWNER}@/{name}?host={folder}"


def _migrate(address: str) -> None:
    database = Database(address)
    migrate(database)
    database.close()
