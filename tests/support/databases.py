"""Databases for tests, on SQLite and on PostgreSQL alike: to each test its own is as good as new."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from support.lent_databases import (
    LendDatabase,
    PostgresMaker,
    SqliteMaker,
    create_postgres_database,
    lending,
    postgres_address,
    sqlite_address,
)
from support.postgres import running_postgres

from walletpass.store.session import Database

_numbers = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; the test runs once on each kind."""
    return str(request.getfixturevalue(f"empty_{request.param}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the present schema; the test runs once on each kind."""
    with request.getfixturevalue(f"lend_{request.param}")() as lent:
        yield lent


@pytest.fixture
def sqlite_database(lend_sqlite: LendDatabase) -> Iterator[Database]:
    """The same on SQLite alone: for what takes long and is no question of the database."""
    with lend_sqlite() as lent:
        yield lent


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return sqlite_address(tmp_path / "empty.db")


@pytest.fixture
def empty_postgresql(_postgresql: Path) -> str:
    name = f"empty_{next(_numbers)}"
    create_postgres_database(_postgresql, name)
    return postgres_address(_postgresql, name)


@pytest.fixture(scope="session")
def lend_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LendDatabase]:
    with lending(SqliteMaker(tmp_path_factory.mktemp("sqlite"))) as lend:
        yield lend


@pytest.fixture(scope="session")
def lend_postgresql(_postgresql: Path) -> Iterator[LendDatabase]:
    with lending(PostgresMaker(_postgresql)) as lend:
        yield lend


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[Path]:
    with running_postgres() as folder:
        yield folder
