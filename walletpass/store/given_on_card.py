"""Rewards that places on an account's present card of stamps gave: its own, and those of cards merged into it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, false, func, or_, select

from walletpass.loyalty.rewards.places import PlaceGiven
from walletpass.store.accounts import accounts
from walletpass.store.compiled import fetch_each
from walletpass.store.ledger import activities, ledger_entries
from walletpass.store.lots import lots
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

GAVE = "gave"
"""In the details of a merge: what the other card had given, each with the stamps that it had collected since."""

_account = accounts.alias()
_since, _waiting = ledger_entries.alias(), ledger_entries.alias()
_full = issued_rewards.alias()
_a, _e, _r = activities.c, ledger_entries.c, issued_rewards.c
_s, _w, _f = _since.c, _waiting.c, _full.c
_OF_ACCOUNT: BindParameter[int] = bindparam("account_id")
_SPENT = ("convert", "reverse_convert", "redeem", "reverse_redeem", "expire")


def _of_last_full_card(column: ColumnElement[int]) -> ColumnElement[int]:
    """Of the reward by which it was filled: a ledger has many entries for each of its rewards."""
    filled = exists().where(
        _e.issued_reward_id == _f.id,
        _e.account_id == _OF_ACCOUNT,
        _e.kind == "convert",
        _e.unit == "stamps",
    )
    query = select(column).where(_f.account_id == _OF_ACCOUNT, _f.state != "voided", filled)
    return func.coalesce(query.order_by(_f.id.desc()).limit(1).correlate(None).scalar_subquery(), 0)


def _collected() -> ColumnElement[int]:
    """Since the activity: what still waits is on no card yet."""
    came = select(func.sum(_s.quantity)).where(
        _s.account_id == _OF_ACCOUNT,
        _s.seq > _a.last_seq,
        _s.unit == "stamps",
        _s.kind.not_in(_SPENT),
        or_(_s.kind != "reverse_expire", _s.reverses_id.is_(None)),
    )
    changes_at = select(_account.c.next_change_at).where(_account.c.id == _OF_ACCOUNT).scalar_subquery()
    waits = (
        select(func.sum(lots.c.remaining))
        .join_from(lots, _waiting, _w.id == lots.c.entry_id)
        .where(
            lots.c.account_id == _OF_ACCOUNT,
            lots.c.used_up == false(),
            lots.c.unit == "stamps",
            lots.c.available_from >= changes_at,
            _w.seq > _a.last_seq,
        )
    )
    return func.coalesce(came.scalar_subquery(), 0) - func.coalesce(waits.scalar_subquery(), 0)


_OWN = (
    select(_r.id, _r.milestone, _collected().label("collected"))
    .join_from(issued_rewards, activities, _a.id == _r.activity_id)
    .where(
        _r.account_id == _OF_ACCOUNT,
        _a.account_id == _r.account_id,
        _r.id > _of_last_full_card(_f.id),
        _r.milestone > 0,
        _r.state != "voided",
    )
)
_JOINED = select(_account.c.id).where(_account.c.merged_into_id == _OF_ACCOUNT).limit(1)
_MERGED = select(_a.details, _collected().label("collected")).where(
    _a.account_id == _OF_ACCOUNT,
    _a.kind == "moved",
    _a.details.is_not(None),
    _a.id >= _of_last_full_card(_f.activity_id),
)


def list_given_on_card(tx: Transaction, account_id: int) -> list[PlaceGiven]:
    values = {"account_id": account_id}
    own, joined = fetch_each(tx, (_OWN, values), (_JOINED, values))
    merged = rows(tx, _MERGED, **values) if joined else []
    brought = {reward: row.collected + since for row in merged for reward, since in row.details[GAVE]}
    return [*map(PlaceGiven._make, own), *(_list_standing(tx, brought) if brought else ())]


def _list_standing(tx: Transaction, brought: Mapping[int, int]) -> Iterator[PlaceGiven]:
    query = select(_r.id, _r.milestone).where(_r.id.in_(brought), _r.state != "voided")
    return (PlaceGiven(row.id, row.milestone, brought[row.id]) for row in rows(tx, query))
