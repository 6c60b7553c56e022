"""Prebuilt statements to PostgreSQL: any number in one trip, by libpq's pipeline mode.

psycopg's own pipeline sends every statement by itself, and each costs a call of the system and wakes the server. One
that answers nothing waits here, and goes with the next question or the commit. Where one of them fails, so does what it
went with, and with it the transaction. https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import compress, count
from typing import Any, Self, TypeVar

from psycopg import Connection, Error
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Wait
from sqlalchemy import Connection as Transaction
from sqlalchemy import Dialect, Engine, event

from walletpass.store.driver_errors import translate

Row = TypeVar("Row")

_WIRE = "walletpass_wire"
_COMMIT = (b"COMMIT", ())
Told = tuple[bytes, Sequence[Any]]
"""A statement with $1, $2, …, and their values. Each stands for a column or is cast, so that none needs a type."""


class Wire:
    """One connection. Belongs to whoever has that."""

    @classmethod
    def of(cls, tx: Transaction) -> Self:
        wire: Self | None = tx.info.get(_WIRE)
        if wire is None:
            wire = tx.info[_WIRE] = cls(tx.connection.driver_connection, tx.dialect)
        return wire

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._connection: Connection[Any] = connection
        self._dialect = dialect
        self._adapting = Transformer(connection)
        self._waiting: list[Told] = []
        self._prepared: dict[bytes, bytes] = {}
        """Statement -> the name under which the server knows it."""
        self._numbers = count()

    def put(self, sql: bytes, values: Sequence[Any]) -> None:
        """Answers nothing, and may wait."""
        self._waiting.append((sql, values))

    def ask(self, *questions: Told) -> list[PGresult]:
        """The answer to each, after all that waits. Raises as SQLAlchemy does."""
        told = [*self._begin(), *self._waiting, *questions]
        self._waiting.clear()
        try:
            return self._exchange(told)[len(told) - len(questions) :]
        except Error as error:
            raise translate(self._dialect, error) from error

    def read(self, answer: PGresult, make_row: Callable[[Sequence[Any]], Row]) -> list[Row]:
        self._adapting.set_pgresult(answer)
        return self._adapting.load_rows(0, answer.ntuples, make_row)

    def flush(self) -> None:
        if self._waiting:
            self.ask()

    def commit(self) -> None:
        if self._waiting:
            self.ask(_COMMIT)

    def forget(self) -> None:
        """What is rolled back needs not be sent."""
        self._waiting.clear()

    def _begin(self) -> Iterable[Told]:
        connection = self._connection
        if connection.autocommit or connection.pgconn.transaction_status != TransactionStatus.IDLE:
            return
        level = connection.isolation_level
        yield (f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}".encode() if level else b"BEGIN"), ()

    def _exchange(self, told: Sequence[Told]) -> list[PGresult]:
        pgconn = self._connection.pgconn
        written = [(sql, self._write(values)) for sql, values in told]
        prepared, is_answer = dict(self._prepared), list[bool]()
        pgconn.enter_pipeline_mode()
        try:
            for sql, values in written:
                if sql not in prepared:
                    prepared[sql] = f"walletpass_{next(self._numbers)}".encode()
                    pgconn.send_prepare(prepared[sql], sql)
                    is_answer.append(False)
                pgconn.send_query_prepared(prepared[sql], values)
                is_answer.append(True)
            pgconn.pipeline_sync()
            results = self._connection.wait(self._receive())
        except BaseException:
            self._connection.close()  # nobody would know which answer is to what
            raise
        pgconn.exit_pipeline_mode()
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result)
        self._prepared = prepared
        return list(compress(results, is_answer))

    def _write(self, values: Sequence[Any]) -> Sequence[Any]:
        return self._adapting.dump_sequence(values, [PyFormat.TEXT] * len(values))

    def _receive(self) -> Generator[Wait, int, list[PGresult]]:
        """All results, until everything was answered."""
        pgconn = self._connection.pgconn
        results: list[PGresult] = []
        while True:
            unsent = pgconn.flush()
            if unsent or pgconn.is_busy():
                if (yield Wait.RW if unsent else Wait.R) & Wait.R:
                    pgconn.consume_input()
            elif result := pgconn.get_result():
                if result.status == ExecStatus.PIPELINE_SYNC:
                    return results
                results.append(result)


def send_in_time(engine: Engine) -> None:
    """What waits: before SQLAlchemy sends a statement itself, and before the end."""

    @event.listens_for(engine, "before_cursor_execute")
    def _before(tx: Transaction, *_: object) -> None:
        if wire := tx.info.get(_WIRE):
            wire.flush()

    @event.listens_for(engine, "commit")
    def _at_commit(tx: Transaction) -> None:
        if wire := tx.info.get(_WIRE):
            wire.commit()

    @event.listens_for(engine, "rollback")
    def _at_rollback(tx: Transaction) -> None:
        if wire := tx.info.get(_WIRE):
            wire.forget()
