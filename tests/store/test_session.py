"""Transactions, and a database that cannot answer."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from walletpass.store.changes import database_facts
from walletpass.store.schema import is_current, metadata, migrate
from walletpass.store.session import Database, StoreUnavailable, Transaction


def put(tx: Transaction, name: str, value: int = 1) -> None:
    tx.execute(insert(database_facts).values(name=name, value=value))


def names(database: Database) -> set[str]:
    with database.reading() as tx:
        return set(tx.execute(select(database_facts.c.name)).scalars())


def refusal_of(database: Database, work: Callable[[Transaction], None]) -> str:
    with pytest.raises(StoreUnavailable) as caught, database.transaction() as tx:
        work(tx)
    return caught.value.code


def test_raising_leaves_nothing_behind(database: Database) -> None:
    with suppress(ZeroDivisionError), database.transaction() as tx:
        put(tx, "lost")
        _ = 1 / 0
    assert "lost" not in names(database)


def test_a_snapshot_sees_one_state(database: Database) -> None:
    with database.snapshot() as tx:
        before = tx.execute(select(database_facts.c.name)).all()
        with database.transaction() as writing:
            put(writing, "meanwhile")
        assert tx.execute(select(database_facts.c.name)).all() == before
    assert "meanwhile" in names(database)


def test_a_schema_is_brought_up_once_and_keeps_what_is_there(database_url: str) -> None:
    database = Database(database_url)
    migrate(database)
    with database.transaction() as tx:
        put(tx, "kept")
    migrate(database)
    assert is_current(database)
    assert "kept" in names(database)
    database.close()


def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.reading() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_a_database_that_somebody_holds_is_busy_not_broken(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'held.db'}"
    holder, waiting = Database(address), Database(address, busy_seconds=0.05)
    migrate(holder)
    with holder.transaction(), pytest.raises(StoreUnavailable) as caught, waiting.transaction():
        pass
    assert caught.value.code == "busy"
    with waiting.transaction() as tx:
        put(tx, "afterwards")
    assert "afterwards" in names(holder)
    holder.close()
    waiting.close()


def test_a_full_disk_is_told_and_keeps_nothing_half(tmp_path: Path) -> None:
    """SQLite's own limit of pages gives the error of a full disk."""
    database = Database(f"sqlite:///{tmp_path / 'full.db'}")
    migrate(database)

    def fill(tx: Transaction) -> None:
        pages = tx.execute(text("PRAGMA page_count")).scalar_one()
        tx.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(10_000):
            put(tx, f"fact {number}")

    assert refusal_of(database, fill) == "storage_full"
    assert names(database) == {"epoch", "tag"}
    database.close()


def test_twins_of_the_same_moment_are_told_to_come_again(database: Database) -> None:
    def put_twins(tx: Transaction) -> None:
        put(tx, "twin")
        put(tx, "twin")

    assert refusal_of(database, put_twins) == "busy"


@pytest.mark.parametrize("value", [10**30, -(10**30)])
def test_what_no_column_can_hold_is_a_bad_request(database: Database, value: int) -> None:
    assert refusal_of(database, lambda tx: put(tx, "huge", value)) == "bad_request"
