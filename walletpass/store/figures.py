"""Counts of what happened at a merchant."""

from datetime import datetime

from sqlalchemy import ScalarSelect, Subquery, func, select

from walletpass.loyalty.rewards.issuing import AT_ONCE
from walletpass.loyalty.units import Unit
from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.ledger import ledger_entries
from walletpass.store.merchants import programs
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import rows


def count_figures(tx: Transaction, merchant_id: int, since: datetime, source: str) -> Record:
    """`customers`, each once however many cards became one; cards that were joined by `source` as
    `by_source`; `stamps` and `points` earned since then; `used`: rewards, those at the counter."""
    mine = (
        select(accounts.c.id).join_from(accounts, programs).where(programs.c.merchant_id == merchant_id)
    ).subquery()
    r, a = issued_rewards.c, accounts.c
    used = select(func.count()).where(
        r.account_id.in_(select(mine.c.id)),
        r.state == "redeemed",
        r.kind.not_in([kind.value for kind in AT_ONCE]),
    )
    customers = select(func.count()).where(a.id.in_(select(mine.c.id)), a.state != "merged")
    by_source = select(func.count()).where(a.id.in_(select(mine.c.id)), a.source == source)
    query = select(
        customers.scalar_subquery().label("customers"),
        by_source.scalar_subquery().label("by_source"),
        *(_sum_earned(mine, unit, since).label(unit.value) for unit in Unit),
        used.scalar_subquery().label("used"),
    )
    return rows(tx, query)[0]


def _sum_earned(mine: Subquery, unit: Unit, since: datetime) -> ScalarSelect[int]:
    """Less what was taken back of it; a bonus never counted, and nor does its end."""
    e, taken_back = ledger_entries.c, ledger_entries.alias()
    query = select(func.coalesce(func.sum(e.quantity), 0)).join_from(
        ledger_entries, taken_back, taken_back.c.id == e.reverses_id, isouter=True
    )
    return query.where(
        e.account_id.in_(select(mine.c.id)),
        e.recorded_at >= since,
        e.unit == unit.value,
        e.kind.in_(("earn", "reverse_earn")),
        func.coalesce(taken_back.c.kind, "earn") == "earn",
    ).scalar_subquery()
