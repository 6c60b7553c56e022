"""Ids taken before their rows are written: rows that name each other then need no answers between them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Integer, Sequence, Table, null, select, type_coerce


class Ids:
    """Of one account, taken while it is locked, so that its later rows have higher ids. Each is used once."""

    def __init__(self, reserved: Mapping[Table, int] = MappingProxyType({})) -> None:
        self._reserved = dict(reserved)

    def take(self, table: Table) -> int | None:
        """None: the database is to choose."""
        return self._reserved.pop(table, None)


def next_id(dialect: str, table: Table) -> ColumnElement[Any]:
    """As a value of a query. None on SQLite, which tells without being asked."""
    if dialect == "sqlite":
        return type_coerce(null(), Integer)
    return select(Sequence(f"{table.name}_id_seq").next_value()).scalar_subquery()
