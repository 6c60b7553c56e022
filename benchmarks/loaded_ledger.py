"""An installation of any size: members of the demo's year, played by the real operations, and copies of them.

A copy has ids, keys and digests of its own, and its chain is hashed anew; the rest is as it was posted. So the whole
verifies like what it was made from.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    MetaData,
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

from walletpass.loyalty.chain import COLUMNS, GENESIS, write_canonical
from walletpass.loyalty.program import Program
from walletpass.operations.installation.history import begin_year
from walletpass.operations.installation.history_counter import Counter
from walletpass.operations.installation.history_shop import PROGRAM
from walletpass.operations.services import Services
from walletpass.store.accounts import accounts
from walletpass.store.columns import Key, metadata
from walletpass.store.gift_cards import CHAINED, gift_card_transactions, gift_cards
from walletpass.store.ledger import activities, ledger_entries, posted_outcomes
from walletpass.store.people import members
from walletpass.store.session import Transaction

SEED = 1
_AT_ONCE = 100_000
"""Accounts in one transaction."""
_HASHES_AT_ONCE = 10_000
_NAMES = ("page_key_digest", "digest", "code_digest", "key", "external_id", "referral_code")
"""Columns of which no two rows are alike. A member's name may be."""
_MD5_DIGITS = 32
_hashes = Table(
    "hashes_of_copies",
    MetaData(),
    Column("id", Key, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True)
class _Chain:
    table: Table
    owner: Column[Any]
    head: Column[Any]
    columns: Sequence[str]


_CHAINS = (
    _Chain(ledger_entries, ledger_entries.c.account_id, accounts.c.chain_head, COLUMNS),
    _Chain(gift_card_transactions, gift_card_transactions.c.gift_card_id, gift_cards.c.chain_head, CHAINED),
)
_OBJECT = {"sqlite": "json_object", "postgresql": "json_build_object"}
_UNCHECKED = {
    "sqlite": ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"),
    "postgresql": ("SET LOCAL session_replication_role = replica",),
}


def load(services: Services, people: int, copies: int, visits: int, program: Program = PROGRAM) -> Counter:
    """`people` × `copies` accounts, each with so many visits at most, into an installation without any; the counter
    of their shop."""
    counter = play(services, people, visits, program)
    multiply(services, people, copies)
    return counter


def multiply(services: Services, people: int, copies: int) -> None:
    """So many there are of everybody then."""
    with services.reading() as tx:
        strides = {table: _last_id(tx, table) for table in _list_personal() if "id" in table.c}
    step = max(1, _AT_ONCE // people)
    for first in range(1, copies, step):
        with _unchecked(services) as tx:
            _copy(tx, range(first, min(first + step, copies)), strides)
    with services.transaction() as tx:
        count_on(tx, strides)


@contextmanager
def _unchecked(services: Services) -> Iterator[Transaction]:
    """What is copied refers only to what is copied with it."""
    with services.database.engine.connect() as connection:
        connection.detach()  # nobody else is to go on with it
        for statement in _UNCHECKED[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        yield connection
        connection.commit()


def play(services: Services, people: int, visits: int, program: Program = PROGRAM) -> Counter:
    """Each with so many visits at most; the counter of their shop."""
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


def _copy(tx: Transaction, copies: range, strides: Mapping[Table, int]) -> None:
    dialect = tx.dialect.name
    if dialect == "sqlite":
        driver: Any = tx.connection.dbapi_connection
        driver.create_function("md5", 1, lambda name: hashlib.md5(name.encode()).hexdigest())
    for chained in _CHAINS:
        _hashes.create(tx)
        hashed = _hash_copies(tx, chained, copies, strides)
        while batch := list(islice(hashed, _HASHES_AT_ONCE)):
            tx.execute(insert(_hashes), batch)
        _copy_rows(tx, chained.table, copies, strides)
        _hashes.drop(tx)
    for table in _list_personal():
        if table not in {chained.table for chained in _CHAINS}:
            _copy_rows(tx, table, copies, strides)


def _hash_copies(
    tx: Transaction, chained: _Chain, copies: range, strides: Mapping[Table, int]
) -> Iterator[dict[str, Any]]:
    table, owner = chained.table, chained.owner.name
    shifted = {c.name: shift for c in table.c if (shift := _stride(c, strides))}
    last = table.c.id <= strides[table]
    found = tx.execute(select(table).where(last).order_by(chained.owner, table.c.seq)).all()
    for _, rows in groupby(found, attrgetter(owner)):
        patterns = [_draw_pattern(row._asdict(), shifted, chained.columns) for row in rows]
        for copy in copies:
            head = GENESIS
            for pattern, ids in patterns:
                own = {name: ids[name] + shift * copy for name, shift in shifted.items() if name in ids}
                head = hashlib.sha256(head + (pattern % own).encode()).digest()
                yield {"id": own["id"], "hash": head}


def _draw_pattern(
    row: Mapping[str, Any], shifted: Iterable[str], columns: Sequence[str]
) -> tuple[str, dict[str, int]]:
    """What is hashed of a row with its ids left open, and these: nothing else is another one in a copy."""
    ids = {name: row[name] for name in shifted if row[name] is not None}
    written = (
        write_canonical({**row, **{name: f"<{name}>" for name in ids}}, columns).decode().replace("%", "%%")
    )
    for name in ids:
        written = written.replace(f'"<{name}>"', f"%({name})d")
    return written, ids


def _copy_rows(tx: Transaction, table: Table, copies: range, strides: Mapping[Table, int]) -> None:
    copy = _numbers(copies)
    values = [
        _value(tx.dialect.name, column, copy.c.number, strides).label(column.name) for column in table.c
    ]
    rows = select(*values).select_from(table.join(copy, literal(1) == literal(1)))
    own = next((column for column in table.c if _stride(column, strides)), None)
    if own is None:
        return  # nobody has any
    rows = rows.where(own <= _stride(own, strides))
    tx.execute(insert(table).from_select([column.name for column in table.c], rows))


def _value(
    dialect: str, column: Column[Any], copy: ColumnElement[int], strides: Mapping[Table, int]
) -> ColumnElement[Any]:
    if shift := _stride(column, strides):
        return column + copy * shift
    if column.name in _NAMES:
        return _name(column, copy)
    if column is activities.c.details:
        return _details(dialect, copy * strides[activities])
    for chained in _CHAINS:
        if column is chained.table.c.hash:
            own = column.table.c.id + copy * strides[column.table]
            return select(_hashes.c.hash).where(_hashes.c.id == own).scalar_subquery()
        if column is chained.head:
            own, last = column.table.c.id + copy * strides[column.table], column.table.c.last_seq
            newest = select(chained.table.c.hash).where(chained.owner == own, chained.table.c.seq == last)
            return func.coalesce(newest.scalar_subquery(), column)
    return column


def _details(dialect: str, shift: ColumnElement[int]) -> ColumnElement[Any]:
    """What takes something back names its activity, and nothing else."""
    kept, make_object = activities.c.details, getattr(func, _OBJECT[dialect])
    own = make_object("takes_back", kept["takes_back"].as_integer() + shift, type_=kept.type)
    return case((activities.c.kind.in_(("refunded", "undone")), own), else_=kept)


def _name(column: Column[Any], copy: ColumnElement[int]) -> ColumnElement[Any]:
    """In no order, as those that are drawn are."""
    (own_key,) = column.table.primary_key
    said = literal(f"{column} ") + cast(own_key, String) + " " + cast(copy, String)
    drawn = func.md5(said)
    is_binary = isinstance(column.type, LargeBinary)
    name = cast(drawn, LargeBinary) if is_binary else func.substr(drawn, 1, _longest(column))
    return case((column.is_(None), null()), else_=name)


def _longest(column: Column[Any]) -> int:
    """Characters; SQLite would take more."""
    return getattr(column.type, "length", None) or _MD5_DIGITS


def _stride(column: Column[Any], strides: Mapping[Table, int]) -> int:
    """How far ids in this column are apart from one copy to the next; 0 where it names something shared."""
    if column.name == "id":
        return strides.get(column.table, 0)
    return next((_stride(key.column, strides) for key in column.foreign_keys), 0)


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
