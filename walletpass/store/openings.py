"""What a posting asks about a locked account before anything is decided, as one question."""

from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from walletpass.store.counters import account_days
from walletpass.store.ledger import posted_outcomes
from walletpass.store.locations import locations
from walletpass.store.merchants import program_versions
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

_v, _o, _d, _l = program_versions.c, posted_outcomes.c, account_days.c, locations.c
_latest = select(func.max(_d.day)).where(_d.account_id == bindparam("account_id")).scalar_subquery()
_OPENING = (
    select(
        _v.id.label("newest_id"),
        _v.migration,
        _o.request_digest,
        _o.outcome,
        _d.day.label("latest_day"),
        _d.stamps.label("stamps_of_day"),
        _l.id.label("location_id"),
    )
    .join_from(
        program_versions,
        posted_outcomes,
        and_(_o.merchant_id == bindparam("merchant_id"), _o.key == bindparam("idempotency_key")),
        isouter=True,
    )
    .join(account_days, and_(_d.account_id == bindparam("account_id"), _d.day == _latest), isouter=True)
    .join(
        locations,
        and_(_l.id == bindparam("location_id"), _l.merchant_id == bindparam("merchant_id")),
        isouter=True,
    )
    .where(_v.program_id == bindparam("program_id"))
    .order_by(_v.number.desc())
    .limit(1)
)


def load_opening(
    tx: Transaction, account: Any, idempotency_key: str = "", location_id: int | None = None
) -> Row[Any]:
    """Of the newest rules: `newest_id`, `migration`; of the key, none where it is new: `request_digest`, `outcome`; of
    the last day on which something was counted, if any: `latest_day`, `stamps_of_day`; `location_id`, where it is the
    merchant's."""
    values = {
        "account_id": account.id,
        "program_id": account.program_id,
        "merchant_id": account.merchant_id,
        "idempotency_key": idempotency_key,
        "location_id": location_id,
    }
    return rows(tx, _OPENING, **values)[0]
