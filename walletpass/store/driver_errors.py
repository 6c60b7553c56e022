"""A driver's errors as SQLAlchemy's of the same name."""

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError


def translate(dialect: Dialect, error: Exception) -> BaseException:
    """Without the statement and its values."""
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
