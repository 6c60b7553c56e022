"""On PostgreSQL a statement that answers nothing waits, and goes with the next question or the commit: in one trip.

Where one of them fails, so does what it went with, and with it the transaction.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

_UNSENT = "walletpass_unsent"
_COMMIT = ("COMMIT", None)


def send_later(tx: Connection, sql: str, bound: Any) -> None:
    tx.info.setdefault(_UNSENT, []).append((sql, bound))


def send(tx: Connection, cursor: Any, sql: str, bound: Any) -> None:
    """After all that waits; `cursor` then has the answer."""
    waiting = tx.info.pop(_UNSENT, None)
    if waiting is None:
        cursor.execute(sql, bound)
    else:
        _send_all(tx, waiting, cursor, (sql, bound))


def send_in_time(engine: Engine) -> None:
    """Before SQLAlchemy sends a statement itself, and before the end; what is rolled back needs not be sent."""
    event.listen(engine, "before_cursor_execute", lambda tx, *_: _flush(tx))
    event.listen(engine, "commit", lambda tx: _flush(tx, _COMMIT))
    event.listen(engine, "rollback", lambda tx: tx.info.pop(_UNSENT, None))


def translate(tx: Connection, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy's of the same name, without the values."""
    base = tx.dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=tx.dialect)


def _flush(tx: Connection, *last: tuple[str, Any]) -> None:
    waiting = tx.info.pop(_UNSENT, None)
    if waiting is None:
        return
    try:
        _send_all(tx, waiting, tx.connection.cursor(), *last)
    except tx.dialect.loaded_dbapi.Error as error:
        raise translate(tx, error) from error


def _send_all(tx: Connection, waiting: list[tuple[str, Any]], cursor: Any, *last: tuple[str, Any]) -> None:
    # https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html
    connection: Any = tx.connection.driver_connection
    with connection.pipeline(), connection.cursor() as silent:
        for sql, bound in waiting:
            silent.execute(sql, bound)
        for sql, bound in last:
            cursor.execute(sql, bound)
