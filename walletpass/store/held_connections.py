"""Connections to SQLite that stay open between transactions, which the driver itself begins and ends.

To take one from SQLAlchemy's pool, to wrap it, to begin in it and to give it back takes longer than SQLite needs to
begin and commit; and about a file there is nothing to check before the next transaction.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine

from walletpass.store.driver_errors import translate


class HeldConnections:
    """As many as there ever were transactions at once."""

    def __init__(self, engine: Engine) -> None:
        """Of an engine that says no BEGIN."""
        self._engine = engine
        self._idle: list[Connection] = []

    def begin(self) -> "_Transaction":
        """What `Engine.begin` does."""
        try:
            connection = self._idle.pop()  # one thread alone gets it: no two pop the same
        except IndexError:
            connection = self._engine.connect()
        return _Transaction(connection, self._idle)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


class _Transaction:
    def __init__(self, connection: Connection, idle: list[Connection]) -> None:
        self._connection, self._idle = connection, idle
        self._driver: Any = connection.connection.dbapi_connection

    def __enter__(self) -> Connection:
        # A deferred transaction that reads first can fail with "locked" at its first write, without waiting.
        self._run(self._driver.execute, "BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            self._run(self._driver.commit)
        else:
            self._driver.rollback()
        self._idle.append(self._connection)

    def _run(self, say: Any, *what: str) -> None:
        try:
            say(*what)
        except sqlite3.Error as error:
            self._connection.close()  # which rolls back
            raise translate(self._connection.dialect, error) from error
