"""Tests that use one database after another find no trace of each other in it, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text
from support.lent_databases import LendDatabase

from walletpass.store.changes import database_facts
from walletpass.store.columns import metadata
from walletpass.store.device_logs import device_logs
from walletpass.store.session import Database

LINE = {"at": datetime(2026, 11, 22, tzinfo=UTC), "kind": "log", "text": "hello"}


@pytest.fixture(params=["sqlite", "postgresql"])
def lend(request: pytest.FixtureRequest) -> LendDatabase:
    lender: LendDatabase = request.getfixturevalue(f"lend_{request.param}")
    return lender


def everything(database: Database) -> dict[str, Any]:
    with database.reading() as tx:
        return {table.name: tx.execute(select(table)).all() for table in metadata.sorted_tables}


def add_line(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.execute(insert(device_logs).values(LINE).returning(device_logs.c.id)).scalar_one())


def test_rows_and_numbers_are_those_of_a_new_one(lend: LendDatabase) -> None:
    with lend() as first:
        before = everything(first)
        assert add_line(first) == 1
        with first.transaction() as tx:
            tx.execute(delete(database_facts))
    with lend() as second:
        assert second is first
        assert everything(second) == before
        assert add_line(second) == 1


def test_two_at_a_time_are_two(lend: LendDatabase) -> None:
    with lend() as first, lend() as second:
        add_line(first)
        assert everything(second)["device_logs"] == []


def test_a_changed_schema_is_seen_by_nobody_else(lend: LendDatabase) -> None:
    with lend() as first, first.transaction() as tx:
        tx.execute(text("DROP TABLE device_logs"))
    with lend() as second:
        assert everything(second)["device_logs"] == []


def test_one_that_somebody_writes_to_still_is_lent_to_nobody(lend: LendDatabase) -> None:
    with lend() as first:
        holding = first.engine.connect()
        holding.detach()
        if holding.dialect.name == "sqlite":
            holding.exec_driver_sql("BEGIN")
        holding.execute(insert(device_logs).values(LINE))
    with lend() as second:
        assert second is not first
        assert everything(second)["device_logs"] == []
    holding.close()
