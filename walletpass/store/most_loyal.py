"""Who did most, out of the counters of days."""

from datetime import date

from sqlalchemy import func, select

from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.counters import account_days
from walletpass.store.people import members
from walletpass.store.session import Transaction
from walletpass.store.statements import rows


def list_most(tx: Transaction, program_id: int, counted: str, since: date, most: int) -> list[Record]:
    """`account_id`, `name` and `total` of those with the highest sums, and of all who equal the last of them.

    `counted` is a column of account_days.
    """
    total = func.sum(account_days.c[counted])
    sums = (
        select(accounts.c.id.label("account_id"), members.c.name, total.label("total"))
        .join_from(account_days, accounts)
        .join(members)
        .where(accounts.c.program_id == program_id, accounts.c.state == "active", account_days.c.day >= since)
        .group_by(accounts.c.id, members.c.name)
        .having(total > 0)
        .cte("sums")
    )
    last = select(sums.c.total).order_by(sums.c.total.desc()).offset(most - 1).limit(1).scalar_subquery()
    query = select(sums).where(sums.c.total >= func.coalesce(last, 1))
    return rows(tx, query.order_by(sums.c.total.desc(), sums.c.account_id))
