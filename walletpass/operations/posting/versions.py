"""A card's version: raised with every change that a holder could see."""

from datetime import datetime, timedelta
from typing import Any

from walletpass.store import changes
from walletpass.store.session import Transaction


def raise_version(tx: Transaction, account: Any, now: datetime) -> dict[str, Any]:
    """The columns of a changed card."""
    return next_version(account, now, changes.tag_to_write(tx))


def next_version(account: Any, now: datetime, tag: Any) -> dict[str, Any]:
    """The same, where one transaction changes many. Each version has a second of its own, the unit of
    `Last-Modified`."""
    changed_at = max(now.replace(microsecond=0), account.card_changed_at + timedelta(seconds=1))
    return {"card_version": account.card_version + 1, "card_changed_at": changed_at, "card_tag": tag}
