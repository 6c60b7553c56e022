"""An installation of any size: members of the demo's year, played by the real operations, and copies of them.

A copy has ids, keys and digests of its own, and its chain is hashed anew; the rest is as it was posted. So the whole
verifies like what it was made from.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
)

from walletpass.loyalty.chain import chain_hash
from walletpass.loyalty.program import Program
from walletpass.operations.installation.history import begin_year
from walletpass.operations.installation.history_counter import Counter
from walletpass.operations.installation.history_shop import PROGRAM
from walletpass.operations.services import Services
from walletpass.store.accounts import accounts
from walletpass.store.columns import metadata
from walletpass.store.ledger import ledger_entries, posted_outcomes
from walletpass.store.people import members
from walletpass.store.session import Transaction

SEED = 1
_AT_ONCE = 100_000
"""Accounts in one transaction."""
_ENTRIES_AT_ONCE = 10_000
_NAMES = ("page_key_digest", "digest", "code_digest", "key", "external_id", "referral_code")
"""Columns of which no two rows are alike. A member's name may be."""
_WITHOUT_ORDER = {
    # What is copied refers only to what is copied with it.
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}


def load(services: Services, people: int, copies: int, visits: int, program: Program = PROGRAM) -> Counter:
    """`people` × `copies` accounts, each with so many visits at most, into an installation without any; the counter
    of their shop."""
    counter = _play(services, people, visits, program)
    with services.reading() as tx:
        strides = {table: _last_id(tx, table) for table in _list_personal() if "id" in table.c}
        entries = tx.execute(select(ledger_entries).order_by("account_id", "seq")).all()
    step = max(1, _AT_ONCE // people)
    for first in range(1, copies, step):
        with services.transaction() as tx:
            _copy(tx, range(first, min(first + step, copies)), strides, entries)
    with services.transaction() as tx:
        count_on(tx, strides)
    return counter


def _play(services: Services, people: int, visits: int, program: Program) -> Counter:
    year = begin_year(services, people, SEED, program)
    assert year is not None
    come = dict.fromkeys(range(people), visits + 1)  # joining is none
    for happening in year.happenings:
        if come.get(happening.person, 0):
            come[happening.person] -= 1
            year.play(happening)
    return year.counter


def _list_personal() -> list[Table]:
    """Members, and whatever belongs to them."""
    personal = {members, posted_outcomes}
    for table in metadata.sorted_tables:
        if any(key.column.table in personal for key in table.foreign_keys):
            personal.add(table)
    return [table for table in metadata.sorted_tables if table in personal]


def _last_id(tx: Transaction, table: Table) -> int:
    return int(tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def _copy(tx: Transaction, copies: range, strides: Mapping[Table, int], entries: Any) -> None:
    dialect = tx.dialect.name
    tx.execute(text(_WITHOUT_ORDER[dialect]))
    if dialect == "sqlite":
        driver: Any = tx.connection.driver_connection
        driver.create_function("md5", 1, lambda name: hashlib.md5(name.encode()).hexdigest())
    copied = _copy_entries(copies, strides, entries)
    while batch := list(islice(copied, _ENTRIES_AT_ONCE)):
        tx.execute(insert(ledger_entries), batch)
    for table in _list_personal():
        if table is not ledger_entries:
            _copy_rows(tx, table, copies, strides)


def _copy_entries(copies: range, strides: Mapping[Table, int], entries: Any) -> Iterator[dict[str, Any]]:
    shifted = {c.name: shift for c in ledger_entries.c if (shift := _stride(c, strides))}
    ledgers = [list(each) for _, each in groupby(entries, attrgetter("account_id"))]
    for copy, entry in chain.from_iterable(((copy, ledger) for ledger in ledgers) for copy in copies):
        yield from _chain(entry, {name: shift * copy for name, shift in shifted.items()})


def _chain(ledger: list[Any], by: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    head: bytes = bytes(32)
    for entry in ledger:
        row = dict(entry._mapping)
        row |= {name: row[name] + shift for name, shift in by.items() if row[name] is not None}
        row["hash"] = head = chain_hash(head, row)
        yield row


def _copy_rows(tx: Transaction, table: Table, copies: range, strides: Mapping[Table, int]) -> None:
    copy = _numbers(copies)
    values = [_value(column, copy.c.number, strides).label(column.name) for column in table.c]
    rows = select(*values).select_from(table.join(copy, literal(1) == literal(1)))
    if "id" in table.c:
        rows = rows.where(table.c.id <= strides[table])
    tx.execute(insert(table).from_select([column.name for column in table.c], rows))


def _value(column: Column[Any], copy: ColumnElement[int], strides: Mapping[Table, int]) -> ColumnElement[Any]:
    if shift := _stride(column, strides):
        return column + copy * shift
    if column.name in _NAMES:
        return _name(column, copy)
    if column is accounts.c.chain_head:
        e = ledger_entries.c
        own = accounts.c.id + copy * strides[accounts]
        head = select(e.hash).where(e.account_id == own, e.seq == accounts.c.last_seq).scalar_subquery()
        return func.coalesce(head, column)
    return column


def _name(column: Column[Any], copy: ColumnElement[int]) -> ColumnElement[Any]:
    """In no order, as those that are drawn are."""
    (own_key,) = column.table.primary_key
    said = literal(f"{column} ") + cast(own_key, String) + " " + cast(copy, String)
    name = func.md5(said)
    is_binary = isinstance(column.type, LargeBinary)
    return case((column.is_(None), null()), else_=cast(name, LargeBinary) if is_binary else name)


def _stride(column: Column[Any], strides: Mapping[Table, int]) -> int:
    """How far ids in this column are apart from one copy to the next; 0 where it names something shared."""
    if column.name == "id":
        return strides[column.table]
    return next((strides.get(key.column.table, 0) for key in column.foreign_keys), 0)


def _numbers(span: range) -> CTE:
    numbers = select(literal(span.start, Integer).label("number")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < span.stop - 1))


def count_on(tx: Transaction, tables: Iterable[Table]) -> None:
    """New rows get ids after those that were given here."""
    if tx.dialect.name == "sqlite":
        return
    for table in tables:
        last = select(func.max(table.c.id)).scalar_subquery()
        tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
    tx.execute(text("ANALYZE"))
