"""Databases for tests, on SQLite and on PostgreSQL alike: each test that asks for one gets a new one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from support.postgres import OWNER, running_postgres

from walletpass.store.schema import migrate
from walletpass.store.session import Database

MakeDatabase = Callable[[bool], AbstractContextManager[str]]
"""Called with whether it shall have the present schema; gives its address."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database; the test runs once on each kind."""
    with request.getfixturevalue(f"_{request.param}")(False) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with the present schema; the test runs once on each kind."""
    with request.getfixturevalue(f"_{request.param}")(True) as address:
        opened = Database(address)
        yield opened
        opened.close()


@pytest.fixture
def sqlite_database(_sqlite: MakeDatabase) -> Iterator[Database]:
    """The same on SQLite alone: for what takes long and is no question of the database."""
    with _sqlite(True) as address:
        opened = Database(address)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> MakeDatabase:
    folder = tmp_path_factory.mktemp("sqlite")
    template = folder / "template.db"
    _migrate(_sqlite_address(template))
    number = count()

    @contextmanager
    def make(with_schema: bool) -> Iterator[str]:
        path = folder / f"{next(number)}.db"
        if with_schema:
            shutil.copyfile(template, path)
        yield _sqlite_address(path)

    return make


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[MakeDatabase]:
    with running_postgres() as socket:
        connection = psycopg.connect(host=str(socket), user=OWNER, dbname="postgres", autocommit=True)
        with connection:
            connection.execute("CREATE DATABASE with_schema")
            _migrate(_postgresql_address(socket, "with_schema"))
            number = count()

            @contextmanager
            def make(with_schema: bool) -> Iterator[str]:
                name = f"test_{next(number)}"
                connection.execute(
                    f"CREATE DATABASE {name} TEMPLATE {'with_schema' if with_schema else 'template0'}"
                )
                yield _postgresql_address(socket, name)
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

            yield make


def _migrate(address: str) -> None:
    database = Database(address)
    migrate(database)
    database.close()


def _sqlite_address(path: Path) -> str:
    return f"sqlite:///{path}"


def _postgresql_address(socket: Path, name: str) -> str:
    return f"postgresql+psycopg://{OWNER}@/{name}?host={socket}"
