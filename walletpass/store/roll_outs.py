"""Roll-outs: a published change on its way to the cards of a programme.

A card is stale while it shows a design that is not its programme's newest, rules that are not and that it was not
promised to keep, a list of places that was replaced, or a state that its programme is not in any more. Cards that have
ended stay as they are.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Float,
    Integer,
    ScalarSelect,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from walletpass.loyalty.program import Migration
from walletpass.store.accounts import accounts
from walletpass.store.columns import Instant, key, metadata, to
from walletpass.store.compiled import Record
from walletpass.store.designs import design_versions
from walletpass.store.locations import place_lists
from walletpass.store.merchants import merchants, program_versions, programs
from walletpass.store.session import Transaction
from walletpass.store.statements import find, rows


class Reason(StrEnum):
    DESIGN = "design"
    RULES = "rules"
    PLACES = "places"
    STATE = "state"


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    REPLACED = "replaced"  # something newer was published before it was done


PRESENT = (State.RUNNING, State.PAUSED)
"""At most one roll-out of a programme is in one of these."""

roll_outs = Table(
    "roll_outs",
    metadata,
    key(),
    to("program_id", "programs", index=True),
    Column("reason", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("rate", Float, nullable=False),  # cards per second
    Column("total", Integer, nullable=False),
    Column("moved", Integer, nullable=False, default=0),
    Column("last_account_id", BigInteger, nullable=False, default=0),
    Column("due_at", Instant, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)


_PROGRAM: BindParameter[int] = bindparam("program_id")


def _newest(versions: Table) -> ScalarSelect[Any]:
    v = versions.c
    return select(v.id).where(v.program_id == _PROGRAM).order_by(v.number.desc()).limit(1).scalar_subquery()


_DESIGN, _RULES = _newest(design_versions), _newest(program_versions)
_STATE = select(programs.c.state).where(programs.c.id == _PROGRAM).scalar_subquery()
_NEWEST: Select[Any] = select(
    _DESIGN.label("design_version_id"), _RULES.label("program_version_id"), _STATE.label("shown_state")
)
_FOR_ALL = (
    select(func.max(program_versions.c.id))
    .where(
        program_versions.c.program_id == _PROGRAM, program_versions.c.migration == Migration.MOVE_ALL.value
    )
    .scalar_subquery()
)
_FOLLOWS = or_(
    and_(accounts.c.stamps <= 0, accounts.c.points <= 0),
    func.coalesce(accounts.c.program_version_id, 0) < _FOR_ALL,
)
"""It is to have the newest rules: nothing is in progress, or rules for all were published since it got its own."""
_IS_STALE = or_(
    accounts.c.design_version_id.is_distinct_from(_DESIGN),
    and_(accounts.c.program_version_id.is_distinct_from(_RULES), _FOLLOWS),
    place_lists.c.replaced_by_id.is_not(None),
    accounts.c.shown_state != _STATE,
)


def _stale(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join_from(accounts, place_lists, place_lists.c.id == accounts.c.place_list_id, isouter=True)
        .where(accounts.c.program_id == _PROGRAM, accounts.c.state == "active", _IS_STALE)
    )


_COUNT_STALE = _stale(func.count())
_STALE_AFTER = (
    _stale(accounts.c.id)
    .where(accounts.c.id > bindparam("after_id"))
    .order_by(accounts.c.id)
    .limit(bindparam("most"))
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LOCK = select(accounts.c.id).where(accounts.c.id.in_(_IDS)).order_by(accounts.c.id).with_for_update()
_STALE_AMONG = _stale(
    accounts.c.id,
    accounts.c.card_version,
    accounts.c.card_changed_at,
    accounts.c.stamps,
    accounts.c.points,
    accounts.c.place_list_id,
    case((_FOLLOWS, _RULES), else_=accounts.c.program_version_id).label("program_version_id"),
    place_lists.c.replaced_by_id,
).where(accounts.c.id.in_(_IDS))
_DUE = (
    select(roll_outs)
    .where(roll_outs.c.state == State.RUNNING, roll_outs.c.due_at <= bindparam("now"))
    .order_by(roll_outs.c.due_at, roll_outs.c.id)
    .limit(1)
)
_CLAIM = (
    select(roll_outs)
    .where(
        roll_outs.c.id == bindparam("roll_out_id"),
        roll_outs.c.state == State.RUNNING,
        roll_outs.c.last_account_id == bindparam("after_id"),
    )
    .with_for_update(skip_locked=True)
)
_NEXT_DUE = select(func.min(roll_outs.c.due_at)).where(roll_outs.c.state == State.RUNNING)
_MOVE = update(accounts).where(accounts.c.id == bindparam("account_id"))


def get_newest(tx: Transaction, program_id: int) -> Record:
    """`design_version_id`, `program_version_id`, None where nothing was published; the state, as `shown_state`."""
    return tx.execute(_NEWEST, {"program_id": program_id}).one()


def count_stale(tx: Transaction, program_id: int) -> int:
    return int(tx.execute(_COUNT_STALE, {"program_id": program_id}).scalar_one())


def list_stale(tx: Transaction, program_id: int, after_id: int, most: int) -> list[int]:
    """Accounts of stale cards, in the order of their ids."""
    values = {"program_id": program_id, "after_id": after_id, "most": most}
    return list(tx.execute(_STALE_AFTER, values).scalars())


def lock_stale(tx: Transaction, program_id: int, account_ids: Sequence[int]) -> list[Record]:
    """Those that are stale still, with how their card stands, and the rules that it is to show.

    All are held, in id order.
    """
    tx.execute(_LOCK, {"ids": account_ids})
    # Not by `rows`: what it compiles once has no place for a list.
    return list(tx.execute(_STALE_AMONG, {"program_id": program_id, "ids": account_ids}))


def find_replacements(tx: Transaction, list_ids: Collection[int]) -> dict[int, int]:
    """List of places -> the present one that stands in its place, for those that were replaced."""
    lists, later = place_lists, place_lists.alias()
    chain = (
        select(lists.c.id.label("old"), lists.c.replaced_by_id.label("new"))
        .where(lists.c.id.in_(list_ids), lists.c.replaced_by_id.is_not(None))
        .cte("chain", recursive=True)
    )
    step = select(chain.c.old, later.c.replaced_by_id).join_from(chain, later, later.c.id == chain.c.new)
    chain = chain.union_all(step.where(later.c.replaced_by_id.is_not(None)))
    ends = select(chain.c.old, chain.c.new).join(place_lists, place_lists.c.id == chain.c.new)
    return {row.old: row.new for row in tx.execute(ends.where(place_lists.c.replaced_by_id.is_(None)))}


def move_cards(tx: Transaction, moves: Sequence[Mapping[str, Any]]) -> None:
    """Each names its `account_id` and the same columns of accounts, with their new values."""
    tx.execute(_MOVE, moves)


def find_due(tx: Transaction, now: datetime) -> Record | None:
    """The running roll-out that has waited longest for its next slice."""
    return find(tx, _DUE, now=now)


def claim(tx: Transaction, roll_out_id: int, after_id: int) -> Record | None:
    """Held, if it is running, nobody else is at it, and its last slice ended at that account."""
    return find(tx, _CLAIM, roll_out_id=roll_out_id, after_id=after_id)


def next_due(tx: Transaction) -> datetime | None:
    at: datetime | None = tx.execute(_NEXT_DUE).scalar_one()
    return at


def find_present(tx: Transaction, program_id: int) -> Record | None:
    """The one that is running or paused."""
    c = roll_outs.c
    return find(tx, select(roll_outs).where(c.program_id == program_id, c.state.in_(PRESENT)))


def find_last(tx: Transaction, program_id: int) -> Record | None:
    c = roll_outs.c
    return find(tx, select(roll_outs).where(c.program_id == program_id).order_by(c.id.desc()).limit(1))


def change_present(tx: Transaction, program_id: int, **values: Any) -> bool:
    """Whether there was one that is running or paused."""
    c = roll_outs.c
    present = update(roll_outs).where(c.program_id == program_id, c.state.in_(PRESENT))
    return tx.execute(present.values(**values)).rowcount > 0


def list_present(tx: Transaction) -> list[Record]:
    """Of all programmes, with the merchant's id and name."""
    query = (
        select(roll_outs, programs.c.merchant_id, merchants.c.name.label("merchant_name"))
        .join_from(roll_outs, programs)
        .join(merchants, merchants.c.id == programs.c.merchant_id)
        .where(roll_outs.c.state.in_(PRESENT))
        .order_by(roll_outs.c.id)
    )
    return rows(tx, query)
