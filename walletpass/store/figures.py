"""Counts of what happened at a merchant."""

from datetime import datetime

from sqlalchemy import func, select

from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.ledger import ledger_entries
from walletpass.store.merchants import programs
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import rows


def count_figures(tx: Transaction, merchant_id: int, since: datetime, source: str) -> Record:
    """`customers`, each once however many cards became one; cards that were joined by `source` as
    `by_source`; `stamps` since then; `used` rewards."""
    mine = (
        select(accounts.c.id).join_from(accounts, programs).where(programs.c.merchant_id == merchant_id)
    ).subquery()
    e, r, a = ledger_entries.c, issued_rewards.c, accounts.c
    stamps = select(func.coalesce(func.sum(e.quantity), 0)).where(
        e.account_id.in_(select(mine.c.id)), e.recorded_at >= since, e.kind.in_(("earn", "reverse_earn"))
    )
    used = select(func.count()).where(r.account_id.in_(select(mine.c.id)), r.state == "redeemed")
    customers = select(func.count()).where(a.id.in_(select(mine.c.id)), a.state != "merged")
    by_source = select(func.count()).where(a.id.in_(select(mine.c.id)), a.source == source)
    query = select(
        customers.scalar_subquery().label("customers"),
        by_source.scalar_subquery().label("by_source"),
        stamps.scalar_subquery().label("stamps"),
        used.scalar_subquery().label("used"),
    )
    return rows(tx, query)[0]
