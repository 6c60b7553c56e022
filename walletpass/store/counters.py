"""Bounded counters that decisions read instead of a history."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Integer,
    PrimaryKeyConstraint,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    select,
)

from walletpass.store.accounts import all_of_holder
from walletpass.store.columns import Day, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows, run, upsert, upserting

account_days = Table(
    "account_days",
    metadata,
    to("account_id", "accounts"),
    Column("day", Day, nullable=False),  # local to the program
    Column("visits", Integer, nullable=False),
    Column("stamps", Integer, nullable=False),  # earned, less what was taken back
    Column("points", Integer, nullable=False),
    Column("spend_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "day"),
    sqlite_with_rowid=False,
)

rule_counters = Table(
    "rule_counters",
    metadata,
    to("account_id", "accounts"),
    Column("rule", String(60), nullable=False),
    Column("period_start", Day, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "rule", "period_start"),
    sqlite_with_rowid=False,
)
"""How often a rule, or a reward template, gave something to a member in a period."""

reward_stock = Table(
    "reward_stock",
    metadata,
    key(),
    to("program_id", "programs"),
    Column("template", String(40), nullable=False),
    Column("given", Integer, nullable=False),
    UniqueConstraint("program_id", "template"),
)
"""How many were given in all of a template that is limited."""

_d, _r = account_days.c, rule_counters.c
_DAY = select(account_days).where(_d.account_id == bindparam("account_id"), _d.day == bindparam("day"))
COUNTED = ("visits", "stamps", "points", "spend_minor")
_OF_HOLDER = _d.account_id.in_(all_of_holder(bindparam("account_id")))
_SINCE: Select[Any] = (
    select(_d.day, *(func.sum(_d[name]).label(name) for name in COUNTED))
    .where(_OF_HOLDER, _d.day >= bindparam("since", type_=Day))
    .group_by(_d.day)
    .order_by(_d.day)
)
_TOTALS: Select[Any] = select(
    func.coalesce(func.sum(_d.visits), 0).label("visits"),
    func.coalesce(func.sum(_d.spend_minor), 0).label("spend_minor"),
).where(_OF_HOLDER)
_COUNTS = select(_r.rule, _r.period_start, _r.count.label("times")).where(
    _r.account_id == bindparam("account_id")
)


@cache
def _add_to_day(dialect: str) -> Executable:
    statement = upserting(dialect, account_days)
    sums = {name: account_days.c[name] + statement.excluded[name] for name in COUNTED}
    return statement.on_conflict_do_update(index_elements=["account_id", "day"], set_=sums)


@cache
def _add_to_rule(dialect: str) -> Executable:
    statement = upserting(dialect, rule_counters)
    total = {"count": _r.count + statement.excluded.count}
    return statement.on_conflict_do_update(index_elements=["account_id", "rule", "period_start"], set_=total)


def find_day(tx: Transaction, account_id: int, day: date) -> Record | None:
    return find(tx, _DAY, account_id=account_id, day=day)


def list_days(tx: Transaction, account_id: int, since: date) -> list[Record]:
    """Also those of cards that were merged into this one."""
    return rows(tx, _SINCE, account_id=account_id, since=since)


def add_to_day(tx: Transaction, account_id: int, day: date, **counted: int) -> None:
    """Of COUNTED; what is not named stays."""
    zero = dict.fromkeys(COUNTED, 0)
    run(tx, _add_to_day(tx.dialect.name), account_id=account_id, day=day, **zero | counted)


def list_counts(tx: Transaction, account_id: int) -> dict[tuple[str, date], int]:
    """(rule, first day of the period) -> how often it gave."""
    return {(row.rule, row.period_start): row.times for row in rows(tx, _COUNTS, account_id=account_id)}


def add_to_rule(tx: Transaction, account_id: int, rule: str, period_start: date, by: int = 1) -> None:
    values = {"account_id": account_id, "rule": rule, "period_start": period_start, "count": by}
    run(tx, _add_to_rule(tx.dialect.name), **values)


def list_given(tx: Transaction, program_id: int) -> dict[str, int]:
    """Template -> how many were given in all."""
    c = reward_stock.c
    query = select(c.template, c.given).where(c.program_id == program_id)
    return {row.template: row.given for row in rows(tx, query)}


def take_from_stock(tx: Transaction, program_id: int, template: str, stock: int) -> bool:
    """Whether there was one left; two who take the last one at the same moment do not both get it."""
    statement = upsert(tx, reward_stock).values(program_id=program_id, template=template, given=1)
    c = reward_stock.c
    statement = statement.on_conflict_do_update(
        index_elements=["program_id", "template"], set_={"given": c.given + 1}
    )
    given = tx.execute(statement.returning(c.given)).scalar_one()
    return int(given) <= stock


def sum_days(tx: Transaction, account_id: int) -> Record:
    """`visits` and `spend_minor` of a lifetime."""
    return tx.execute(_TOTALS, {"account_id": account_id}).one()
