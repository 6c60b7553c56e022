"""A card's version: raised with every change that a holder could see."""

from datetime import datetime, timedelta
from typing import Any

from walletpass.store import accounts, changes, outbox
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def raise_version(tx: Transaction, account: Any, now: datetime) -> dict[str, Any]:
    """The columns of a changed card. Each version has a second of its own, the unit of `Last-Modified`."""
    changed_at = max(now.replace(microsecond=0), account.card_changed_at + timedelta(seconds=1))
    return {
        "card_version": account.card_version + 1,
        "card_changed_at": changed_at,
        "card_tag": changes.take_tag(tx),
    }


def change_all_cards(tx: Transaction, program_id: int, now: datetime, **values: Any) -> None:
    """Something that every card of a programme shows has changed; phones are told behind those who wait."""
    for account_id in accounts.list_account_ids(tx, program_id):
        account = accounts.lock_account(tx, account_id)
        change(tx, accounts.accounts, account_id, **values, **raise_version(tx, account, now))
        outbox.tell_phones(tx, [account_id], now, lane=outbox.BULK)
