"""One account with a ledger of any length: stamps given and taken back by hand, again and again."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, func, insert, select

from benchmarks.loaded_ledger import count_on
from walletpass.loyalty.chain import COLUMNS, chain_hash
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.outcome import Done
from walletpass.operations.services import Services
from walletpass.store.accounts import accounts, find_account
from walletpass.store.ledger import activities, ledger_entries
from walletpass.store.lots import lot_allocations, lots
from walletpass.store.session import Transaction
from walletpass.store.statements import change

_AT_ONCE = 5_000
_TABLES = (activities, ledger_entries, lot_allocations)


def deepen(services: Services, account_id: int, entries: int) -> None:
    """Until the account has at least so many; its balance stays. By rules under which nothing runs out."""
    while (missing := entries - _count(services, account_id)) > 0:
        with services.transaction() as tx:
            _lengthen(tx, find_account(tx, account_id), (min(missing, _AT_ONCE) + 1) // 2)
            count_on(tx, _TABLES)


def _count(services: Services, account_id: int) -> int:
    with services.reading() as tx:
        return int(tx.execute(select(accounts.c.last_seq).where(accounts.c.id == account_id)).scalar_one())


def _lengthen(tx: Transaction, account: Any, pairs: int) -> None:
    last: Mapping[Table, int] = {
        table: tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one() for table in _TABLES
    }
    written = list(_write(account, last, pairs))
    done = {"account_id": account.id, "merchant_id": account.merchant_id, "kind": Done.ADJUSTED.value}
    at = account.joined_at
    tx.execute(
        insert(activities),
        [
            {
                **done,
                "id": entry["activity_id"],
                "happened_at": at,
                "first_seq": entry["seq"],
                "last_seq": entry["seq"],
            }
            for entry in written
        ],
    )
    tx.execute(insert(ledger_entries), written)
    given, taken = written[::2], written[1::2]
    lot = {"account_id": account.id, "unit": Unit.STAMPS.value, "original": 1, "rolls": False}
    lot |= {"remaining": 0, "used_up": True}
    tx.execute(insert(lots), [{**lot, "entry_id": entry["id"], "earned_on": at.date()} for entry in given])
    parts = [
        {"lot_id": credit["id"], "entry_id": debit["id"], "quantity": 1}
        for credit, debit in zip(given, taken, strict=True)
    ]
    tx.execute(insert(lot_allocations), parts)
    end = {"last_seq": written[-1]["seq"], "chain_head": written[-1]["hash"]}
    change(tx, accounts, account.id, card_version=account.card_version + len(written), **end)


def _write(account: Any, last: Mapping[Table, int], pairs: int) -> Iterator[dict[str, Any]]:
    """By turns one stamp given and one taken, each entry by an activity of its own."""
    head = account.chain_head
    for n in range(1, 2 * pairs + 1):
        given = n % 2
        row = dict.fromkeys(COLUMNS) | {
            "account_id": account.id,
            "seq": account.last_seq + n,
            "kind": EntryKind.ADJUST.value,
            "unit": Unit.STAMPS.value,
            "quantity": 1 if given else -1,
            "stamps_after": account.stamps + given,
            "activity_id": last[activities] + n,
            "program_version_id": account.program_version_id,
            "rule": "",
            "reason": "correction",
            "recorded_at": account.joined_at,
        }
        head = chain_hash(head, row)
        yield {**row, "id": last[ledger_entries] + n, "hash": head}
