"""Prebuilt statements go straight to the driver: compiled once for a dialect, and then executed on its own cursor.

Why and at what price: docs/decisions/0015-prebuilt-statements-go-straight-to-the-driver.md.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Dialect, Executable, Row
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from walletpass.store.session import Transaction
from walletpass.store.unsent import send, send_later, translate

_MOST_KEPT = 1000
Process = Callable[[Any], Any]
Question = tuple[Executable, Mapping[str, Any]]
"""A prebuilt statement that answers, and its values."""
RowMaker = Callable[[tuple[Any, ...]], Row[Any]]


@dataclass(slots=True)
class _Compiled:
    sql: str
    own: Mapping[str, Any]
    """Values that the statement brings along."""
    parameters: tuple[tuple[str, Process | None], ...]
    """In their order, each with what makes the driver's value of ours."""
    by_position: bool
    """Whether parameters are told by their position, or by name."""
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    """Of what it answers."""
    may_wait: bool
    make_row: RowMaker | None = None
    """Made with the first answer: only that says of which types of the database it is."""

    def bind(self, values: Mapping[str, Any]) -> Any:
        given = {**self.own, **values} if self.own else values
        if self.by_position:
            return [process(given[name]) if process else given[name] for name, process in self.parameters]
        return {name: process(given[name]) if process else given[name] for name, process in self.parameters}

    def read(self, cursor: Any, dialect: Dialect) -> list[Row[Any]]:
        if not self.columns:
            return []
        make_row = self.make_row or _note_types(self, cursor, dialect)
        return list(map(make_row, cursor.fetchall()))


def fetch(tx: Transaction, statement: Executable, values: Mapping[str, Any]) -> list[Row[Any]]:
    """All rows; none of a statement that answers nothing, and that one may wait for the next."""
    compiled = _compile(statement, tx.dialect, tuple(values))
    bound = compiled.bind(values)
    if compiled.may_wait and tx.in_transaction():
        send_later(tx, compiled.sql, bound)
        return []
    with _Cursor(tx) as cursor:
        send(tx, (cursor, compiled.sql, bound))
        return compiled.read(cursor, tx.dialect)


def fetch_each(tx: Transaction, *questions: Question) -> list[list[Row[Any]]]:
    """The rows of each; a server is asked all of them in one trip."""
    compiled = [_compile(statement, tx.dialect, tuple(values)) for statement, values in questions]
    with ExitStack() as held:
        cursors = [held.enter_context(_Cursor(tx)) for _ in questions]
        asked = zip(cursors, compiled, questions, strict=True)
        send(tx, *((cursor, each.sql, each.bind(values)) for cursor, each, (_, values) in asked))
        return [each.read(cursor, tx.dialect) for cursor, each in zip(cursors, compiled, strict=True)]


def insert_next(tx: Transaction, statement: Executable, values: Mapping[str, Any]) -> int:
    """On SQLite, the id of the one row that it inserts: the driver knows it without being asked."""
    compiled = _compile(statement, tx.dialect, tuple(values))
    with _Cursor(tx) as cursor:
        cursor.execute(compiled.sql, compiled.bind(values))
        return int(cursor.lastrowid)


class _Cursor:
    """The driver's own; a generator would take as long as some statements."""

    __slots__ = ("_cursor", "_tx")

    def __init__(self, tx: Transaction) -> None:
        connection: Any = tx.connection.dbapi_connection
        self._tx, self._cursor = tx, connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._cursor.close()
        if isinstance(error, self._tx.dialect.loaded_dbapi.Error):
            raise translate(self._tx, error) from error


def _note_types(compiled: _Compiled, cursor: Any, dialect: Dialect) -> RowMaker:
    shape = SimpleResultMetaData([name for name, _ in compiled.columns])
    processors = [
        column_type.dialect_impl(dialect).result_processor(dialect, told[1])
        for (_, column_type), told in zip(compiled.columns, cursor.description, strict=True)
    ]
    compiled.make_row = partial(Row, shape, processors, shape._key_to_index)
    return compiled.make_row


@lru_cache(maxsize=_MOST_KEPT)
def _compile(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> _Compiled:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names))
    if any(parameter.expanding and name in names for parameter, name in compiled.bind_names.items()):
        raise NotImplementedError("a statement whose length depends on its values is not prebuilt")
    state = compiled.construct_expanded_state(dict.fromkeys(names))
    processors = _processors(compiled, dialect)
    own = {name: value for name, value in state.parameters.items() if name not in names}
    own |= {column.key: _default(column) for column in (*compiled.insert_prefetch, *compiled.update_prefetch)}
    for name in own.keys() & processors.keys():
        own[name] = processors.pop(name)(own[name])
    order = state.positiontup or (*own, *names)
    parameters = tuple((name, processors.get(name)) for name in order)
    columns = tuple((name, column.type) for name, column in statement.exported_columns.items())
    may_wait = dialect.name == "postgresql" and not columns
    return _Compiled(state.statement, own, parameters, bool(state.positiontup), columns, may_wait)


def _processors(compiled: SQLCompiler, dialect: Dialect) -> dict[str, Process]:
    made = {
        name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
        for parameter, name in compiled.bind_names.items()
    }
    return {name: process for name, process in made.items() if process is not None}


def _default(column: Any) -> Any:
    """What SQLAlchemy would put where a value is missing."""
    if not column.default.is_scalar:
        raise NotImplementedError(f"{column} has a default that is computed")
    return column.default.arg
