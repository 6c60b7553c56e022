"""Connections that stay open between transactions, for a driver that has nothing to check before the next one.

To take one from SQLAlchemy's pool, to wrap it and to give it back takes longer than SQLite needs to begin and commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class HeldConnections:
    """As many as there ever were transactions at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """What `Engine.begin` does."""
        try:
            connection = self._idle.pop()  # one thread alone gets it: no two pop the same
        except IndexError:
            connection = self._engine.connect()
        try:
            with connection.begin():
                yield connection
        finally:
            if connection.invalidated or connection.in_transaction():
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
