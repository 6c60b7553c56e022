"""Rewards that a return may take back, and those of them whose activity is taken back as well."""

from typing import Any

from sqlalchemy import and_, or_, select

from walletpass.loyalty.rewards.issuing import AT_ONCE
from walletpass.store.compiled import Record
from walletpass.store.ledger import activities, ledger_entries
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

_a, _e, _i = activities.c, ledger_entries.c, issued_rewards.c


def list_brought(tx: Transaction, activity: Any, holder_id: int) -> list[Record]:
    """Oldest first, each with the entry that paid for it: unused ones, and all that are had at once.

    `holder_id`: the account that has what it brought; what is had at once stays with the one that had it.
    """
    paid = and_(_e.issued_reward_id == _i.id, _e.kind == "convert")
    unused = and_(_i.account_id == holder_id, _i.state.in_(("issued", "reserved")))
    at_once = and_(_i.state == "redeemed", _i.kind.in_([kind.value for kind in AT_ONCE]))
    is_orphan = or_(_a.id == activity.id, _a.undone_at.is_not(None), _a.kind == "refunded")
    query = (
        select(issued_rewards, _e.id.label("entry_id"), _e.unit, _e.quantity, is_orphan.label("is_orphan"))
        .join_from(issued_rewards, activities, _a.id == _i.activity_id)
        .join(ledger_entries, paid, isouter=True)
        .where(
            _i.account_id.in_((holder_id, activity.account_id)),
            _a.account_id == activity.account_id,
            or_(unused, at_once),
        )
    )
    return rows(tx, query.order_by(_i.id))
