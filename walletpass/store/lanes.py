"""Outboxes with two lanes: one row for whatever somebody is to be told of, written with the fact it tells.

A row is claimed by moving `due_at` forward, so one whose sender died comes due again by itself. It may be told anew
while it is on its way: that raises its `generation`, and then its sender leaves it in place. It is a claimer's only
while it is due when that claim ends.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    select,
    update,
)

from walletpass.store.columns import Instant, metadata
from walletpass.store.compiled import Record
from walletpass.store.session import Transaction
from walletpass.store.statements import among, get_value, ids_for, rows, run, upserting

INTERACTIVE, BULK = 0, 1
"""Somebody is waiting, or nobody."""
LANES = (INTERACTIVE, BULK)
"""In the order in which they leave."""


class Postponed(NamedTuple):
    id: int
    claimed_until: datetime
    until: datetime
    tried: int


def outbox(name: str, key: str, of: str) -> Table:
    """`key`: the column with the id in table `of` of what is told."""
    return Table(
        name,
        metadata,
        Column(key, ForeignKey(f"{of}.id"), primary_key=True),
        Column("lane", Integer, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Index(f"ix_{name}_due", "lane", "due_at"),
    )


def key_of(of: Table) -> Column[Any]:
    (key,) = of.primary_key
    return key


def putting(dialect: str, into: Table, ids: Select[Any]) -> Executable:
    """A row for each of those ids; a pending one is renewed. Binds `in_lane`, `due` and `now`."""
    (told,) = ids.subquery().c
    lane = bindparam("in_lane", type_=Integer)
    due, now = bindparam("due", type_=Instant), bindparam("now", type_=Instant)
    columns = ("lane", key_of(into).name, "generation", "due_at", "attempts", "created_at")
    # In order, or two who tell the same at once would wait for each other for ever. The WHERE stands there because
    # SQLite reads "SELECT … ON CONFLICT" as a join condition.
    put = select(lane, told, literal(1), due, literal(0), now).where(literal(1) == literal(1)).order_by(told)
    sooner = case((into.c.lane < lane, into.c.lane), else_=lane)
    return (
        upserting(dialect, into)
        .from_select(columns, put)
        .on_conflict_do_update(
            index_elements=[key_of(into)], set_={"generation": into.c.generation + 1, "lane": sooner}
        )
    )


def due_of(of: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Of what is due `now` in `lane`, the `most` that have been so for longest; locked for nobody else to claim."""
    return (
        select(*columns)
        .where(of.c.lane == bindparam("lane"), of.c.due_at <= bindparam("now", type_=Instant))
        .order_by(of.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def claim(
    tx: Transaction,
    of: Table,
    due: Executable,
    until: datetime,
    most: int,
    lanes: Iterable[int] = LANES,
    **values: Any,
) -> list[Record]:
    """Take what is due in these lanes in turn; it is nobody else's before `until`.

    `due`: made of `due_of`, the key first. `values`: what it binds besides `lane` and `most`.
    """
    taken: list[Record] = []
    for lane in lanes:
        if len(taken) < most:
            taken += rows(tx, due, lane=lane, most=most - len(taken), **values)
    if taken:
        run(tx, _move(tx.dialect.name, of), until=until, **ids_for(tx, [row[0] for row in taken]))
    return taken


def forget(
    tx: Transaction, of: Table, ids: Collection[int], until: datetime, generation: int, now: datetime
) -> None:
    """They were told. Claimed alike; one that was renewed meanwhile is due again."""
    dialect, ours = tx.dialect.name, {**ids_for(tx, ids), "claimed_until": until}
    forgotten = tx.execute(_forget(dialect, of), {**ours, "sent_generation": generation}).rowcount
    if forgotten < len(ids):
        run(tx, _renew(dialect, of), **ours, now=now)


def postpone(tx: Transaction, of: Table, postponed: Iterable[Postponed]) -> None:
    values = [each._asdict() for each in postponed]
    if values:
        tx.execute(_postpone(of), values)


def drop(tx: Transaction, of: Table, ids: Collection[int]) -> None:
    run(tx, _drop(tx.dialect.name, of), **ids_for(tx, ids))


def next_due(tx: Transaction, of: Table, lanes: Iterable[int] = LANES) -> datetime | None:
    """When the next of these lanes is due."""
    dues = [get_value(tx, _next(of), lane=lane) for lane in lanes]
    return min((due for due in dues if due is not None), default=None)


def count_waiting(tx: Transaction, of: Table) -> Record:
    """`waiting` rows, and the instant the `oldest` of them was put."""
    query = select(func.count().label("waiting"), func.min(of.c.created_at).label("oldest"))
    return tx.execute(query).one()


def _is_ours(of: Table) -> ColumnElement[bool]:
    return of.c.due_at == bindparam("claimed_until", type_=Instant)


@cache
def _move(dialect: str, of: Table) -> Executable:
    return update(of).where(among(dialect, key_of(of))).values(due_at=bindparam("until"))


@cache
def _forget(dialect: str, of: Table) -> Executable:
    is_ours = among(dialect, key_of(of)) & _is_ours(of)
    return delete(of).where(is_ours, of.c.generation == bindparam("sent_generation"))


@cache
def _renew(dialect: str, of: Table) -> Executable:
    is_ours = among(dialect, key_of(of)) & _is_ours(of)
    return update(of).where(is_ours).values(due_at=bindparam("now"), attempts=0)


@cache
def _postpone(of: Table) -> Executable:
    is_ours = (key_of(of) == bindparam("id")) & _is_ours(of)
    return update(of).where(is_ours).values(due_at=bindparam("until"), attempts=bindparam("tried"))


@cache
def _drop(dialect: str, of: Table) -> Executable:
    return delete(of).where(among(dialect, key_of(of)))


@cache
def _next(of: Table) -> Executable:
    return select(func.min(of.c.due_at)).where(of.c.lane == bindparam("lane"))
