"""How a database stands, whatever is wrong with it."""

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, update
from sqlalchemy.exc import SQLAlchemyError

from walletpass.store.changes import database_facts

_MIGRATIONS = Path(__file__).parent / "migrations"
_TIMEOUT = 5
"""Seconds, to connect or until others have written."""


class State(Enum):
    GOOD = auto()
    UNREACHABLE = auto()
    EMPTY = auto()
    OLDER = auto()
    FOREIGN = auto()
    """Of a version that this one does not know."""
    READ_ONLY = auto()


@dataclass(frozen=True, slots=True)
class Condition:
    state: State
    why: str = ""
    """The driver's own words."""


def examine(url: str) -> Condition:
    """Nothing is changed, not even how a file is written."""
    seconds = {"connect_timeout": _TIMEOUT} if url.startswith("postgresql") else {"timeout": _TIMEOUT}
    engine = create_engine(url, poolclass=NullPool, connect_args=seconds)
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return Condition(State.UNREACHABLE, _explain(error))
    if revision is None:
        return Condition(State.EMPTY)
    known = [script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()]
    if revision != known[0]:
        return Condition(State.OLDER if revision in known else State.FOREIGN)
    return _try_writing(engine)


def _try_writing(engine: Engine) -> Condition:
    try:
        with engine.connect() as connection:
            connection.execute(update(database_facts).values(value=database_facts.c.value))
            connection.rollback()
    except SQLAlchemyError as error:
        return Condition(State.READ_ONLY, _explain(error))
    return Condition(State.GOOD)


def _explain(error: SQLAlchemyError) -> str:
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
