"""Prebuilt statements give what SQLAlchemy gives, and fail as it does."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from walletpass.store.changes import database_facts
from walletpass.store.columns import Instant, key
from walletpass.store.session import Database, StoreUnavailable
from walletpass.store.statements import add, change, find, get_value, put, rows, run

things = Table(
    "things",
    MetaData(),
    key(),
    Column("name", String(20), nullable=False, default="nameless", unique=True),
    Column("at", Instant),
    Column("day", Date),
    Column("document", JSON(none_as_null=True)),
    Column("raw", LargeBinary),
    Column("flag", Boolean),
    Column("amount", Numeric(10, 2, asdecimal=False)),
    Column("count", Integer, nullable=False, default=7),
)
NOW = datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
ROW = {
    "at": NOW,
    "day": date(2026, 3, 29),
    "document": {"100 %": ["é", None, 1.5, True]},
    "raw": b"\x00\xff",
    "flag": True,
    "amount": 12.5,
}
BY_NAME = select(things).where(things.c.name == bindparam("wanted"))
AMONG = (
    select(things.c.name.label("called %"), func.sum(things.c.count).label("times"))
    .where(things.c.name.in_(("a", "b")), things.c.count < bindparam("under"))
    .group_by(things.c.name)
    .order_by(things.c.name)
)
RENAME = update(things).where(things.c.name == bindparam("old")).values(name=bindparam("new"))


@pytest.fixture
def things_in(database: Database) -> Database:
    things.create(database.engine)
    return database


def test_every_type_comes_back_as_sqlalchemy_gives_it(things_in: Database) -> None:
    with things_in.transaction() as tx:
        tx.execute(insert(things), [{"name": "full", **ROW}])
        for name, row in (("a", ROW), ("b", dict.fromkeys(ROW))):
            row_id = add(tx, things, name=name, **row)
            for _ in range(2):  # the second time with all that was kept of the first
                (mine,) = rows(tx, BY_NAME, wanted=name)
                assert mine == tx.execute(BY_NAME, {"wanted": name}).one()
            assert mine.id == row_id
        assert find(tx, BY_NAME, wanted="a")[2:] == tx.execute(BY_NAME, {"wanted": "full"}).one()[2:]
        found = find(tx, BY_NAME, wanted="a")
        assert found is not None
        assert (found.at, found.at.tzinfo) == (NOW, UTC)
        assert found._asdict()["count"] == 7


def test_values_of_the_statement_itself_and_defaults_are_kept(things_in: Database) -> None:
    with things_in.transaction() as tx:
        for name in ("a", "b", "c"):
            add(tx, things, name=name)
        add(tx, things, count=1)
        assert [tuple(row) for row in rows(tx, AMONG, under=8)] == [("a", 7), ("b", 7)]
        assert find(tx, BY_NAME, wanted="nameless") is not None
        run(tx, RENAME, old="nameless", new="z")
        changed = find(tx, BY_NAME, wanted="z")
        assert changed is not None
        change(tx, things, changed.id, [("count", things.c.count + 1)], at=NOW)
        assert get_value(tx, select(things.c.count).where(things.c.name == bindparam("it")), it="z") == 2


def test_what_the_database_refuses_is_busy_and_undone(things_in: Database) -> None:
    with things_in.transaction() as tx:
        add(tx, things, name="a")

    def write_two() -> None:
        with things_in.transaction() as tx:
            add(tx, things, name="b")
            add(tx, things, name="a")

    with pytest.raises(StoreUnavailable) as caught:
        write_two()
    assert caught.value.code == "busy"
    with things_in.reading() as tx:
        assert [row.name for row in rows(tx, select(things))] == ["a"]


def test_prebuilt_statements_work_after_a_savepoint_was_rolled_back(things_in: Database) -> None:
    """psycopg, where it had prepared anything, would have deallocated everything."""
    with things_in.transaction() as tx:
        for number in range(10):
            tx.execute(insert(things), {"name": str(number)})
        put(tx, things, name="a")
        with suppress(RuntimeError), tx.begin_nested():
            put(tx, things, name="undone")
            raise RuntimeError
        put(tx, things, name="b")
        for name, stays in (("a", True), ("undone", False), ("b", True)):
            assert (find(tx, BY_NAME, wanted=name) is not None) is stays


@pytest.mark.parametrize("asks", [True, False])
def test_a_server_that_goes_away_is_busy_and_what_waited_for_it_is_not_there(
    things_in: Database, *, asks: bool
) -> None:
    if things_in.engine.dialect.name == "sqlite":
        return

    def write() -> None:
        with things_in.transaction() as tx:
            put(tx, things, name="a")
            mine = get_value(tx, select(func.pg_backend_pid()))
            with things_in.transaction() as other:
                get_value(other, select(func.pg_terminate_backend(mine)))
            put(tx, things, name="b")
            if asks:
                find(tx, BY_NAME, wanted="b")

    with pytest.raises(StoreUnavailable) as caught:
        write()
    assert caught.value.code == "busy"
    with things_in.reading() as tx:
        assert rows(tx, BY_NAME, wanted="a") == []


def test_a_text_that_no_column_holds_costs_no_connection(things_in: Database) -> None:
    if things_in.engine.dialect.name == "sqlite":
        return

    def find_connection() -> int:
        with things_in.reading() as tx:
            return int(get_value(tx, select(func.pg_backend_pid() + bindparam("nothing")), nothing=0))

    before = find_connection()
    with pytest.raises(StoreUnavailable) as caught, things_in.reading() as tx:
        find(tx, BY_NAME, wanted="\0")
    assert (caught.value.code, find_connection()) == ("bad_request", before)


def test_what_answers_nothing_is_there_for_whoever_asks_next(things_in: Database) -> None:
    with things_in.transaction() as tx:
        put(tx, things, name="a")
        assert tx.execute(select(things.c.name)).scalars().all() == ["a"]
        put(tx, things, name="b")
        assert find(tx, BY_NAME, wanted="b") is not None
        put(tx, things, name="c")
    with things_in.reading() as tx:
        assert [row.name for row in rows(tx, select(things.c.name).order_by(things.c.name))] == [
            "a",
            "b",
            "c",
        ]


def test_what_fails_only_with_the_commit_undoes_everything(things_in: Database) -> None:
    def write_two() -> None:
        with things_in.transaction() as tx:
            put(tx, things, name="a")
            put(tx, things, name="a")

    with pytest.raises(StoreUnavailable) as caught:
        write_two()
    assert caught.value.code == "busy"
    with things_in.transaction() as tx:
        assert rows(tx, select(things)) == []


def test_what_is_rolled_back_is_never_sent(things_in: Database) -> None:
    with suppress(ZeroDivisionError), things_in.transaction() as tx:
        put(tx, things, name="a")
        _ = 1 / 0
    with things_in.transaction() as tx:
        assert rows(tx, select(things)) == []


def test_a_snapshot_begins_with_a_prebuilt_question_too(database: Database) -> None:
    fact = select(database_facts.c.value).where(database_facts.c.name == bindparam("wanted"))
    with database.snapshot() as tx:
        before = rows(tx, fact, wanted="new")
        with database.transaction() as writing:
            writing.execute(insert(database_facts).values(name="new", value=1))
        assert rows(tx, fact, wanted="new") == before == []


def test_a_list_is_refused_rather_than_found_nowhere(things_in: Database) -> None:
    any_of = select(things).where(things.c.name.in_(bindparam("wanted", expanding=True)))
    with things_in.reading() as tx, pytest.raises(NotImplementedError):
        rows(tx, any_of, wanted=["a"])
