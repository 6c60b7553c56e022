"""Column types and the one MetaData that every table stands in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, ForeignKey, Index, Integer, MetaData
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column of exactly this type."""
Document = JSON(none_as_null=True)


class _Digits(sqlite.DATETIME):
    """SQLite knows no zones: there the UTC digits are kept bare. SQLAlchemy's own, with a format for every part,
    takes six times as long."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return _write_digits

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:
        return _read_digits


_DIGITS = _Digits()  # type: ignore[no-untyped-call]


def _write_digits(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds").removesuffix("+00:00")


def _read_digits(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


class Instant(TypeDecorator[datetime]):
    """Aware UTC in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _DIGITS if dialect.name == "sqlite" else self.impl_instance

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


def key() -> Column[Any]:
    return Column("id", Key, primary_key=True)


def to(column: str, table: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A reference to another table's id."""
    return Column(column, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def index_where_set(*columns: Column[Any], name: str | None = None, unique: bool = False) -> None:
    """Of the rows that have a value in the last of these columns; the others, most of them, are not written to it."""
    is_set = columns[-1].is_not(None)
    Index(name, *columns, unique=unique, sqlite_where=is_set, postgresql_where=is_set)
