"""The statements that every subject needs, said once."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    Insert,
    Table,
    Update,
    any_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import UserDefinedType

from walletpass.store.compiled import Record, fetch, insert_next
from walletpass.store.session import Transaction

Said = Iterable[tuple[str, ClauseElement]]
"""Columns, each with an expression of SQL that says its value."""


def add(tx: Transaction, table: Table, row_id: int | None = None, /, **values: Any) -> int:
    """Insert one row; its id: that one, or the next."""
    if row_id is not None:
        put(tx, table, id=row_id, **values)
        return row_id
    if tx.dialect.name == "sqlite":
        return insert_next(tx, _insert(table), values)
    return int(fetch(tx, _insert(table, asking=True), values)[0][0])


def put(tx: Transaction, table: Table, **values: Any) -> None:
    """Insert one row whose id nobody needs."""
    fetch(tx, _insert(table), values)


def change(tx: Transaction, table: Table, row_id: int, said: Said = (), /, **values: Any) -> None:
    """What is `said` and the new `values` of other columns."""
    named = {_NEW + name: value for name, value in values.items()}
    named["row_id"] = row_id
    fetch(tx, _update(table, tuple(values), tuple(said)), named)


_NEW = "new_"
"""Before a column's name in that of its parameter: the bare names are SQLAlchemy's own."""
_MOST_KEPT = 500


# To build a statement anew takes as long as to run it.
@lru_cache(maxsize=_MOST_KEPT)
def _insert(table: Table, *, asking: bool = False) -> Insert:
    return insert(table).returning(table.c.id) if asking else insert(table)


@lru_cache(maxsize=_MOST_KEPT)
def _update(table: Table, columns: tuple[str, ...], said: Said) -> Update:
    values: dict[str, Any] = {name: bindparam(_NEW + name) for name in columns}
    return update(table).where(table.c.id == bindparam("row_id")).values({**values, **dict(said)})


def find(tx: Transaction, query: Executable, **values: Any) -> Record | None:
    """The row, if there is one; more than one is an error. `values` fill the `bindparam`s of a prebuilt query."""
    if not values:
        return tx.execute(query).one_or_none()
    found = fetch(tx, query, values)
    if len(found) > 1:
        raise MultipleResultsFound
    return found[0] if found else None


def rows(tx: Transaction, query: Executable, **values: Any) -> list[Record]:
    return fetch(tx, query, values) if values else list(tx.execute(query))


def get_value(tx: Transaction, query: Executable, **values: Any) -> Any:
    """The one value of the one row."""
    row = find(tx, query, **values)
    if row is None:
        raise NoResultFound
    return row[0]


def run(tx: Transaction, statement: Executable, **values: Any) -> None:
    """A prebuilt statement that answers nothing."""
    fetch(tx, statement, values)


def upsert(tx: Transaction, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that takes `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return upserting(tx.dialect.name, table)


def upserting(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


class _Ids(UserDefinedType[str]):
    """An array as text: the driver would look at each number of a list by itself, several times as long."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        return "BIGINT[]"


def among(dialect: str, column: Column[Any]) -> ColumnElement[bool]:
    """Whether the column is one of the ids bound with `ids_for`: one parameter, however many they are."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))
    return column == any_(bindparam("ids", type_=_Ids))


def ids_for(tx: Transaction, ids: Collection[int]) -> dict[str, Any]:
    listed = ",".join(map(str, ids))
    return {"ids": f"[{listed}]" if tx.dialect.name == "sqlite" else f"{{{listed}}}"}
