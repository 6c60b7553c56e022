"""Whole ledgers, read a page of accounts at a time: for looking whether they are as they were written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row, Table, func, literal, select

from walletpass.store.accounts import accounts
from walletpass.store.counters import account_days
from walletpass.store.gift_cards import gift_card_transactions, gift_cards
from walletpass.store.ledger import activities, entry_notes, ledger_entries, posted_outcomes
from walletpass.store.lots import lot_allocations, lots
from walletpass.store.merchants import programs
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, rows

_e = ledger_entries.c


def list_accounts(tx: Transaction, merchant_id: int | None, after: int, most: int) -> list[Row[Any]]:
    """The next ones by id; of everybody where no merchant is named."""
    query = select(accounts).where(accounts.c.id > after).order_by(accounts.c.id).limit(most)
    if merchant_id is not None:
        query = query.join(programs).where(programs.c.merchant_id == merchant_id)
    return rows(tx, query)


def list_entries(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    """By number."""
    query = select(ledger_entries).where(among(tx.dialect.name, _e.account_id))
    return _grouped(tx.execute(query.order_by(_e.account_id, _e.seq), ids_for(tx, account_ids)))


def list_lots(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    return _by_account(tx, lots, account_ids)


def list_rewards(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    return _by_account(tx, issued_rewards, account_ids)


def list_days(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    return _by_account(tx, account_days, account_ids)


def list_activities(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    return _by_account(tx, activities, account_ids)


def list_allocations(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    """By the account of the lot."""
    query = select(lot_allocations, lots.c.account_id).join_from(lot_allocations, lots)
    query = query.where(among(tx.dialect.name, lots.c.account_id))
    return _grouped(tx.execute(query, ids_for(tx, account_ids)))


def list_notes(tx: Transaction, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    """With the `note_digest` of their entries."""
    query = select(entry_notes, _e.account_id, _e.note_digest).join_from(entry_notes, ledger_entries)
    query = query.where(among(tx.dialect.name, _e.account_id))
    return _grouped(tx.execute(query, ids_for(tx, account_ids)))


def list_repeated_keys(tx: Transaction, merchant_id: int | None) -> list[Row[Any]]:
    """The `keyed` table, and the newest `row_id` of those in it that have the same key."""
    return [row for keyed in _KEYED for row in rows(tx, _repeated(*keyed, merchant_id))]


def count_keys(tx: Transaction, merchant_id: int | None) -> int:
    c = posted_outcomes.c
    query = select(func.count()).select_from(posted_outcomes)
    if merchant_id is not None:
        query = query.where(c.merchant_id == merchant_id)
    return int(tx.execute(query).scalar_one())


def list_gift_cards(tx: Transaction, merchant_id: int | None, after: int, most: int) -> list[Row[Any]]:
    """With the entry that paid for each: its `paid` quantity and the account `paid_by`, None where none did."""
    g = gift_cards.c
    query = (
        select(gift_cards, _e.quantity.label("paid"), _e.account_id.label("paid_by"))
        .join_from(gift_cards, ledger_entries, _e.id == g.source_entry_id, isouter=True)
        .where(g.id > after)
        .order_by(g.id)
        .limit(most)
    )
    if merchant_id is not None:
        query = query.where(g.merchant_id == merchant_id)
    return rows(tx, query)


_KEYED = (
    (posted_outcomes, "key"),
    (activities, "external_id"),
    (gift_card_transactions, "key"),
)


def _repeated(table: Table, name: str, merchant_id: int | None) -> Any:
    merchant, named = table.c.merchant_id, table.c[name]
    query = select(literal(table.name).label("keyed"), func.max(table.c.id).label("row_id")).where(
        named.is_not(None)
    )
    if merchant_id is not None:
        query = query.where(merchant == merchant_id)
    return query.group_by(merchant, named).having(func.count() > 1)


def _by_account(tx: Transaction, table: Table, account_ids: Collection[int]) -> Mapping[int, list[Row[Any]]]:
    query = select(table).where(among(tx.dialect.name, table.c.account_id)).order_by(table.c.id)
    return _grouped(tx.execute(query, ids_for(tx, account_ids)))


def _grouped(found: Iterable[Row[Any]]) -> Mapping[int, list[Row[Any]]]:
    """Account -> its rows; none where there are none."""
    groups: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in found:
        groups[row.account_id].append(row)
    return groups
