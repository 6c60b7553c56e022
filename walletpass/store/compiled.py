"""Prebuilt statements go straight to the driver: compiled once for a dialect, and then executed on its own cursor.

Why and at what price: docs/decisions/0015-prebuilt-statements-go-straight-to-the-driver.md.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from walletpass.store.driver_errors import translate
from walletpass.store.session import Transaction
from walletpass.store.wire import Wire

_MOST_KEPT = 1000
_NAMED = re.compile(r"%\((?P<name>\w+)\)s|%%")
Process = Callable[[Any], Any]
Question = tuple[Executable, Mapping[str, Any]]
"""A prebuilt statement that answers, and its values."""
Record = Any
"""A row: a tuple of which every column is an attribute."""
RowMaker = Callable[[Iterable[Any]], Record]


@dataclass(slots=True)
class _Compiled:
    sql: Any
    """As the driver takes it: for SQLite a text with `?`, for PostgreSQL bytes with `$1`, `$2`, …"""
    own: Mapping[str, Any]
    """Values that the statement brings along."""
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """Its values in their order."""
    processed: tuple[tuple[int, Process], ...]
    """Where among them something has to make the driver's value of ours."""
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    """Of what it answers."""
    make_row: RowMaker | None = None
    """Made with the first answer: only that says of which types of the database it is."""

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        bound = list(self.pick({**self.own, **values} if self.own else values))
        for number, process in self.processed:
            bound[number] = process(bound[number])
        return bound

    def note_types(self, dialect: Dialect, told: Iterable[Any]) -> RowMaker:
        """`told`: the database's type of each column, if it tells any."""
        processors = [
            column_type.dialect_impl(dialect).result_processor(dialect, each)
            for (_, column_type), each in zip(self.columns, told, strict=False)
        ]
        self.make_row = _row_maker([name for name, _ in self.columns], processors)
        return self.make_row


def fetch(tx: Transaction, statement: Executable, values: Mapping[str, Any]) -> list[Record]:
    """All rows; none of a statement that answers nothing, and that one may wait for the next."""
    compiled = _compile(statement, tx.dialect, tuple(values))
    if tx.dialect.name == "sqlite":
        return _fetch_here(tx, compiled, values)
    if compiled.columns or not tx.in_transaction():
        return _fetch_there(tx, (compiled, values))[0]
    Wire.of(tx).put(compiled.sql, compiled.bind(values))
    return []


def fetch_each(tx: Transaction, *questions: Question) -> list[list[Record]]:
    """The rows of each; a server is asked all of them in one trip."""
    asked = [(_compile(statement, tx.dialect, tuple(values)), values) for statement, values in questions]
    if tx.dialect.name == "sqlite":
        return [_fetch_here(tx, compiled, values) for compiled, values in asked]
    return _fetch_there(tx, *asked)


def insert_next(tx: Transaction, statement: Executable, values: Mapping[str, Any]) -> int:
    """On SQLite, the id of the one row that it inserts: the driver knows it without being asked."""
    compiled = _compile(statement, tx.dialect, tuple(values))
    connection: Any = tx.connection.dbapi_connection
    try:
        return int(connection.execute(compiled.sql, compiled.bind(values)).lastrowid)
    except sqlite3.Error as error:
        raise translate(tx.dialect, error) from error


def _fetch_here(tx: Transaction, compiled: _Compiled, values: Mapping[str, Any]) -> list[Record]:
    connection: Any = tx.connection.dbapi_connection
    try:
        cursor = connection.execute(compiled.sql, compiled.bind(values))
        found = cursor.fetchall() if compiled.columns else ()
    except sqlite3.Error as error:
        raise translate(tx.dialect, error) from error
    if not found:
        return []
    make_row = compiled.make_row or compiled.note_types(tx.dialect, repeat(None))
    return list(map(make_row, found))


def _fetch_there(tx: Transaction, *asked: tuple[_Compiled, Mapping[str, Any]]) -> list[list[Record]]:
    wire = Wire.of(tx)
    answers = wire.ask(*((compiled.sql, compiled.bind(values)) for compiled, values in asked))
    found = []
    for (compiled, _), answer in zip(asked, answers, strict=True):
        told = map(answer.ftype, range(answer.nfields))
        make_row = compiled.make_row or compiled.note_types(tx.dialect, told)
        found.append(wire.read(answer, make_row))
    return found


def _row_maker(names: Sequence[str], processors: Sequence[Process | None]) -> RowMaker:
    # SQLAlchemy's own rows look for a name only after an AttributeError, which takes ten times as long.
    record: Any = namedtuple("Record", names, rename=True)  # type: ignore[misc]
    make: RowMaker = record._make
    processed = [(number, process) for number, process in enumerate(processors) if process]

    def make_row(values: Iterable[Any]) -> Record:
        row = list(values)
        for number, process in processed:
            row[number] = process(row[number])
        return make(row)

    return make_row if processed else make


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
    sql, order = (
        (state.statement, state.positiontup) if state.positiontup is not None else _number(state.statement)
    )
    order = tuple(order)
    processed = tuple((number, processors[name]) for number, name in enumerate(order) if name in processors)
    columns = tuple((name, column.type) for name, column in statement.exported_columns.items())
    return _Compiled(sql, own, _picker(order), processed, columns)


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _number(named: str) -> tuple[bytes, Iterable[str]]:
    """A statement with `%(name)s` for the server itself, which numbers parameters; and their order."""
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${numbers.setdefault(found['name'], len(numbers) + 1)}" if found["name"] else "%"

    return _NAMED.sub(number, named).encode(), numbers


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
