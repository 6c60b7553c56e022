"""On PostgreSQL a statement that answers nothing waits, and goes with the next question or the commit: in one trip.

Where one of them fails, so does what it went with, and with it the transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

_UNSENT = "walletpass_unsent"
_COMMIT = ("COMMIT", None)


def send_later(tx: Connection, sql: str, bound: Any) -> None:
    tx.info.setdefault(_UNSENT, []).append((sql, bound))


def send(tx: Connection, *asked: tuple[Any, str, Any]) -> None:
    """(cursor, statement, values) each, after all that waits; the cursors then have the answers."""
    if tx.dialect.name == "sqlite":
        for cursor, sql, bound in asked:
            cursor.execute(sql, bound)
    else:
        _send_all(tx, tx.info.pop(_UNSENT, ()), asked)


def send_in_time(engine: Engine) -> None:
    """Before SQLAlchemy sends a statement itself, and before the end; what is rolled back needs not be sent."""
    event.listen(engine, "before_cursor_execute", lambda tx, *_: _flush(tx))
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", lambda tx: tx.info.pop(_UNSENT, None))


def translate(tx: Connection, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy's of the same name, without the values."""
    base = tx.dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=tx.dialect)


def _commit(tx: Connection) -> None:
    if _UNSENT in tx.info:
        tx.info[_UNSENT].append(_COMMIT)
        _flush(tx)


def _flush(tx: Connection) -> None:
    waiting = tx.info.pop(_UNSENT, ())
    if not waiting:
        return
    try:
        _send_all(tx, waiting, ())
    except tx.dialect.loaded_dbapi.Error as error:
        raise translate(tx, error) from error


def _send_all(
    tx: Connection, waiting: Sequence[tuple[str, Any]], asked: Sequence[tuple[Any, str, Any]]
) -> None:
    if not waiting and len(asked) == 1:
        cursor, *statement = asked[0]
        cursor.execute(*statement)
        return
    # https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html
    connection: Any = tx.connection.driver_connection
    with connection.pipeline(), connection.cursor() as silent:
        for sql, bound in waiting:
            silent.execute(sql, bound)
        for cursor, sql, bound in asked:
            cursor.execute(sql, bound)
