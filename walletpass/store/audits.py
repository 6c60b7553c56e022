"""Whole ledgers, read a page of accounts at a time: for looking whether they are as they were written."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Select, Table, case, func, literal, select

from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.counters import account_days
from walletpass.store.gift_cards import gift_card_transactions, gift_cards
from walletpass.store.ledger import activities, entry_notes, ledger_entries, posted_outcomes
from walletpass.store.lots import lot_allocations, lots
from walletpass.store.merchants import programs
from walletpass.store.rewards import issued_rewards
from walletpass.store.session import Transaction
from walletpass.store.statements import among, ids_for, rows

_a, _d, _e, _i = activities.c, account_days.c, ledger_entries.c, issued_rewards.c
_m = gift_card_transactions.c
_Rows = Mapping[int, list[Record]]
"""Id of an account, or gift card -> its rows; none where there are none."""


def list_accounts(
    tx: Transaction, merchant_id: int | None, after: int, through: int, most: int
) -> list[Record]:
    """The next ones by id; of everybody where no merchant is named."""
    is_next = accounts.c.id > after, accounts.c.id <= through
    query = select(accounts).where(*is_next).order_by(accounts.c.id).limit(most)
    if merchant_id is not None:
        query = query.join(programs).where(programs.c.merchant_id == merchant_id)
    return rows(tx, query)


def find_last_account(tx: Transaction) -> int:
    """0 where there is none."""
    return int(tx.execute(select(func.coalesce(func.max(accounts.c.id), 0))).scalar_one())


def list_entries(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    """By number."""
    query = select(ledger_entries).order_by(_e.account_id, _e.seq)
    return _group(tx, query, _e.account_id, account_ids)


def list_lots(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    return _group(tx, select(lots).order_by(lots.c.entry_id), lots.c.account_id, account_ids)


def list_allocations(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    """By the account of the lot."""
    query = select(lot_allocations, lots.c.account_id).join_from(
        lots, lot_allocations, lot_allocations.c.lot_id == lots.c.entry_id
    )
    return _group(tx, query, lots.c.account_id, account_ids)


def list_rewards(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    """What became of them; not what they are."""
    query = select(_i.account_id, _i.id, _i.kind, _i.state).order_by(_i.id)
    return _group(tx, query, _i.account_id, account_ids)


def list_days(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    return _group(tx, select(account_days), _d.account_id, account_ids)


def list_activities(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    """What counts of them, the numbers of their entries, and the id of the one that each takes back."""
    counting = _a.kind, _a.gross_minor, _a.eligible_minor, _a.details, _a.happened_at, _a.undone_at
    # Only there: details of the others hold whole baskets.
    takes_back = case((_a.kind.in_(("refunded", "undone")), _a.details["takes_back"].as_integer()))
    numbers = _a.first_seq, _a.last_seq, takes_back.label("takes_back")
    query = select(_a.id, _a.account_id, *counting, *numbers)
    return _group(tx, query, _a.account_id, account_ids)


def list_notes(tx: Transaction, account_ids: Collection[int]) -> _Rows:
    """With the `note_digest` of their entries."""
    query = select(entry_notes, _e.account_id, _e.note_digest).join_from(entry_notes, ledger_entries)
    return _group(tx, query, _e.account_id, account_ids)


def list_repeated_keys(tx: Transaction, merchant_id: int | None) -> list[Record]:
    """The `keyed` table, and the newest `row_id` of those in it that have the same key."""
    return [row for keyed in _KEYED for row in rows(tx, _repeated(*keyed, merchant_id))]


def count_keys(tx: Transaction, merchant_id: int | None) -> int:
    c = posted_outcomes.c
    query = select(func.count()).select_from(posted_outcomes)
    if merchant_id is not None:
        query = query.where(c.merchant_id == merchant_id)
    return int(tx.execute(query).scalar_one())


def list_gift_cards(tx: Transaction, merchant_id: int | None, after: int, most: int) -> list[Record]:
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


def list_moves(tx: Transaction, gift_card_ids: Collection[int]) -> _Rows:
    """Of gift cards, by number."""
    query = select(gift_card_transactions).order_by(_m.gift_card_id, _m.seq)
    return _group(tx, query, _m.gift_card_id, gift_card_ids)


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


def _group(tx: Transaction, query: Select[Any], column: Column[Any], ids: Collection[int]) -> _Rows:
    groups: defaultdict[int, list[Record]] = defaultdict(list)
    query, owner_of = query.where(among(tx.dialect.name, column)), attrgetter(column.name)
    # All at once: to take them one by one from the driver costs as much again.
    for row in tx.execute(query, ids_for(tx, ids)).all():
        groups[owner_of(row)].append(row)
    return groups
