"""A card's version: raised with every change that a holder could see."""

from datetime import datetime, timedelta
from typing import Any

from walletpass.store import changes
from walletpass.store.session import Transaction


def raise_version(tx: Transaction, account: Any, now: datetime) -> dict[str, Any]:
    """The columns of a card that is changed without a posting."""
    return {**next_version(account, now), "card_tag": changes.take_tag(tx)}


def next_version(account: Any, now: datetime) -> dict[str, Any]:
    """The columns of a changed card but its tag. Each version has a second of its own, the unit of `Last-Modified`."""
    changed_at = max(now.replace(microsecond=0), account.card_changed_at + timedelta(seconds=1))
    return {"card_version": account.card_version + 1, "card_changed_at": changed_at}
