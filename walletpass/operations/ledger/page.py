"""A page of accounts with all that was written about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from walletpass.store import audits
from walletpass.store.session import Transaction

_ACCOUNTS = 500
_ENTRIES = 20_000
"""So many are in memory together, or those of one account."""
_ABOUT = (
    audits.list_entries,
    audits.list_lots,
    audits.list_allocations,
    audits.list_rewards,
    audits.list_days,
    audits.list_activities,
    audits.list_notes,
)


@dataclass(frozen=True, slots=True)
class Written:
    """All rows of one account; entries by number."""

    account: Any
    entries: Sequence[Any]
    lots: Sequence[Any]
    allocations: Sequence[Any]
    rewards: Sequence[Any]
    days: Sequence[Any]
    activities: Sequence[Any]
    notes: Sequence[Any]


def read_page(tx: Transaction, merchant_id: int | None, after: int, through: int) -> Iterator[Written]:
    """Accounts with ids after the one and up to the other, in their order; none where there are no more."""
    accounts = _fit(audits.list_accounts(tx, merchant_id, after, through, _ACCOUNTS))
    if not accounts:
        return
    ids = [account.id for account in accounts]
    about = [read(tx, ids) for read in _ABOUT]
    for account in accounts:
        yield Written(account, *(rows.get(account.id, ()) for rows in about))


def _fit(accounts: Sequence[Any]) -> Sequence[Any]:
    entries = 0
    for number, account in enumerate(accounts):
        entries += account.last_seq
        if number and entries > _ENTRIES:
            return accounts[:number]
    return accounts
