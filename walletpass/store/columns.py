"""Column types and the one MetaData that every table stands in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Date, DateTime, Dialect, ForeignKey, Index, Integer, MetaData
from sqlalchemy.types import TypeDecorator

from walletpass.loyalty.instants import write_instant

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


def _write_digits(value: datetime | None) -> str | None:
    return None if value is None else write_instant(value)[:-1].replace("T", " ")


def _read_digits(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _read_aware(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """Aware UTC in Python. SQLite knows no zones: there the UTC digits are kept bare. SQLAlchemy's own, with a format
    for every part, takes six times as long."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _write_digits if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _read_digits if dialect.name == "sqlite" else _read_aware


class Day(TypeDecorator[date]):
    """Local to somebody's zone. The same for SQLite."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[date | None], Any] | None:
        return _write_day if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date | None] | None:
        return _read_day if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _write_day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _read_day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def key() -> Column[Any]:
    return Column("id", Key, primary_key=True)


def to(column: str, table: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A reference to another table's id."""
    return Column(column, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


def index_where_set(*columns: Column[Any], name: str | None = None, unique: bool = False) -> None:
    """Of the rows that have a value in the last of these columns; the others, most of them, are not written to it."""
    is_set = columns[-1].is_not(None)
    Index(name, *columns, unique=unique, sqlite_where=is_set, postgresql_where=is_set)
