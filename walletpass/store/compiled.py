"""Prebuilt statements go straight to the driver: compiled once for a dialect, and then executed on its own cursor.

Why and at what price: docs/decisions/0015-prebuilt-statements-go-straight-to-the-driver.md.
"""

from collections.abc import Callable, Mapping
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


RowMaker = Callable[[tuple[Any, ...]], Row[Any]]


@dataclass(slots=True)
class _Compiled:
    sql: str
    own: Mapping[str, Any]
    """Values that the statement brings along."""
    processors: tuple[tuple[str, Process], ...]
    """Parameter -> what makes the driver's value of ours."""
    order: tuple[str, ...]
    """Of parameters that are told by their position; empty: they are told by name."""
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    """Of what it answers."""
    may_wait: bool
    make_row: RowMaker | None = None
    """Made with the first answer: only that says of which types of the database it is."""

    def bind(self, values: Mapping[str, Any]) -> Any:
        bound = {**self.own, **values}
        for name, process in self.processors:
            bound[name] = process(bound[name])
        return [bound[name] for name in self.order] if self.order else bound


def fetch(tx: Transaction, statement: Executable, values: Mapping[str, Any]) -> list[Row[Any]]:
    """All rows; none of a statement that answers nothing, and that one may wait for the next."""
    compiled = _compile(statement, tx.dialect, tuple(values))
    bound = compiled.bind(values)
    if compiled.may_wait and tx.in_transaction():
        send_later(tx, compiled.sql, bound)
        return []
    cursor = tx.connection.cursor()
    try:
        if tx.dialect.name == "sqlite":
            cursor.execute(compiled.sql, bound)
        else:
            send(tx, cursor, compiled.sql, bound)
        if not compiled.columns:
            return []
        make_row = compiled.make_row or _note_types(compiled, cursor, tx.dialect)
        return list(map(make_row, cursor.fetchall()))
    except tx.dialect.loaded_dbapi.Error as error:
        raise translate(tx, error) from error
    finally:
        cursor.close()


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
    columns = tuple((name, column.type) for name, column in statement.exported_columns.items())
    order, may_wait = tuple(state.positiontup or ()), dialect.name == "postgresql" and not columns
    return _Compiled(state.statement, own, tuple(processors.items()), order, columns, may_wait)


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
