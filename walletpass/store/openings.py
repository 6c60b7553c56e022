"""What a posting asks before anything is decided: the account, locked, and then all else as one question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, select

from walletpass.store.accounts import BY_ID, LOCKED, accounts
from walletpass.store.compiled import Record, fetch, fetch_each
from walletpass.store.counters import account_days
from walletpass.store.google_outbox import held_by_google
from walletpass.store.ids import Ids, next_id
from walletpass.store.ledger import activities, ledger_entries, posted_outcomes, stamped_since
from walletpass.store.locations import locations, place_lists
from walletpass.store.merchants import program_versions, programs
from walletpass.store.outbox import held_by_phones
from walletpass.store.rewards import UNUSED_TITLES, issued_rewards
from walletpass.store.session import Transaction

_a, _p, _v, _o, _d, _l = (
    accounts.c,
    programs.c,
    program_versions.c,
    posted_outcomes.c,
    account_days.c,
    locations.c,
)
_RESERVED = (activities, ledger_entries, issued_rewards)
# A posting asks by keys: one plan fits all. Left alone, the server compares what each costs with a plan of its own, and
# where few accounts have most of the rows it plans anew with every stamp, which takes longer than to stamp.
# https://www.postgresql.org/docs/current/runtime-config-query.html
_PLAN_ONCE = select(
    func.set_config("plan_cache_mode", "force_generic_plan", True).label("plans"),
    func.set_config("jit", "off", True).label("jit"),
)


class Opening(NamedTuple):
    account: Record
    facts: Record
    """Of the newest rules: `newest_id`, `migration`; of the key, None where it is new: `request_digest`, `outcome`; of
    the last day on which something was counted, if any: `latest_day`, `stamps_of_day`; `location_id`, where it is the
    merchant's; `stamped_lately`: how many stampings of anybody the shop had since then; `on_phones` and `at_google`:
    whether any phone is to be told of a change, and Google; `present_list_id` and its `usual_location_id`: the list of
    places that the card shows, where that is the present one."""
    unused: Sequence[Record]
    """Rewards: `id`, `title`, `valid_to`."""
    ids: Ids


def open_account(
    tx: Transaction,
    account_id: int,
    since: datetime,
    idempotency_key: str = "",
    location_id: int | None = None,
) -> Opening | None:
    """The account is held until the transaction ends. On SQLite the whole database is held already."""
    of_account = {"account_id": account_id}
    asked = {"since": since, "idempotency_key": idempotency_key, "location_id": location_id, **of_account}
    if tx.dialect.name == "sqlite":
        found = fetch(tx, _ALL, asked)
        if not found:
            return None
        unused = fetch(tx, UNUSED_TITLES, of_account) if found[0].has_unused else ()
        return Opening(found[0], found[0], unused, Ids())
    # The second question sees what whoever held the account before has committed.
    _, account, facts, unused = fetch_each(
        tx, (_PLAN_ONCE, {}), (LOCKED, of_account), (_FACTS, asked), (UNUSED_TITLES, of_account)
    )
    if not account:
        return None
    return Opening(account[0], facts[0], unused, Ids(dict(zip(_RESERVED, facts[0], strict=False))))


def _ask_too(query: Any) -> Select[Any]:
    """Beside what is asked of an account and its program already."""
    latest = select(func.max(_d.day)).where(_d.account_id == bindparam("account_id")).scalar_subquery()
    too: Select[Any] = (
        query.add_columns(
            _v.id.label("newest_id"),
            _v.migration,
            _o.request_digest,
            _o.outcome,
            _d.day.label("latest_day"),
            _d.stamps.label("stamps_of_day"),
            _l.id.label("location_id"),
            stamped_since(_p.merchant_id, bindparam("since")).label("stamped_lately"),
            exists(held_by_phones(_a.id)).label("on_phones"),
            exists(held_by_google(_a.id)).label("at_google"),
            place_lists.c.id.label("present_list_id"),
            place_lists.c.usual_location_id,
        )
        .join(program_versions, _v.program_id == _p.id)
        .join(
            posted_outcomes,
            and_(_o.merchant_id == _p.merchant_id, _o.key == bindparam("idempotency_key")),
            isouter=True,
        )
        .join(account_days, and_(_d.account_id == _a.id, _d.day == latest), isouter=True)
        .join(
            locations,
            and_(_l.id == bindparam("location_id"), _l.merchant_id == _p.merchant_id),
            isouter=True,
        )
        .join(
            place_lists,
            and_(place_lists.c.id == _a.place_list_id, place_lists.c.replaced_by_id.is_(None)),
            isouter=True,
        )
        .order_by(_v.number.desc())
        .limit(1)
    )
    return too


_ALL = _ask_too(BY_ID.add_columns(UNUSED_TITLES.exists().label("has_unused")))
_FACTS = _ask_too(
    select(*(next_id(table) for table in _RESERVED))
    .join_from(accounts, programs)
    .where(_a.id == bindparam("account_id"))
)
