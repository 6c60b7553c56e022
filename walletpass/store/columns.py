"""Column types and the one MetaData that every table stands in."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, MetaData
from sqlalchemy.types import TypeDecorator

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


class Instant(TypeDecorator[datetime]):
    """Aware UTC in Python. SQLite knows no zones, so there the UTC digits are kept bare."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key() -> Column[Any]:
    return Column("id", Key, primary_key=True)


def to(column: str, table: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A reference to another table's id."""
    return Column(column, ForeignKey(f"{table}.id"), nullable=nullable, index=index)
