"""The statements that every subject needs, said once."""

from typing import Any

from sqlalchemy import Executable, Row, Table, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from walletpass.store.session import Transaction


def add(tx: Transaction, table: Table, **values: Any) -> int:
    """Insert one row; its id."""
    return int(tx.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def change(tx: Transaction, table: Table, row_id: int, **values: Any) -> None:
    tx.execute(update(table).where(table.c.id == row_id).values(**values))


def find(tx: Transaction, query: Executable, **values: Any) -> Row[Any] | None:
    """The row, if there is one; more than one is an error. `values` fill the `bindparam`s of a prebuilt query."""
    row: Row[Any] | None = tx.execute(query, values).one_or_none()
    return row


def rows(tx: Transaction, query: Executable, **values: Any) -> list[Row[Any]]:
    return list(tx.execute(query, values))


def upsert(tx: Transaction, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that takes `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
