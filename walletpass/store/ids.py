"""Ids taken before their rows are written: rows that name each other then need no answers between them."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import ColumnElement, Sequence, Table, select


class Ids:
    """Of one account, taken while it is locked, so that its later rows have higher ids. Each is used once."""

    def __init__(self, reserved: Mapping[Table, int] = MappingProxyType({})) -> None:
        """None on SQLite, which tells them without being asked."""
        self._reserved = dict(reserved)

    def take(self, table: Table) -> int | None:
        """None: the database is to choose."""
        return self._reserved.pop(table, None)


def next_id(table: Table) -> ColumnElement[int]:
    """As a value of a query to PostgreSQL."""
    return select(Sequence(f"{table.name}_id_seq").next_value()).scalar_subquery()
