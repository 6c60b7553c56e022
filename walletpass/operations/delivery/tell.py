"""Whoever holds a card is told that it changed: a row for each phone and each object, in the change's transaction."""

from collections.abc import Collection
from datetime import datetime

from walletpass.store import google_outbox, outbox
from walletpass.store.lanes import INTERACTIVE
from walletpass.store.session import Transaction


def tell_holders(
    tx: Transaction,
    account_ids: Collection[int],
    now: datetime,
    *,
    lane: int = INTERACTIVE,
    phones: bool = True,
    google: bool = True,
) -> None:
    """`phones`, `google`: whether there are any, for who knows that already."""
    if phones:
        outbox.tell_phones(tx, account_ids, now, lane=lane)
    if google:
        google_outbox.tell_objects(tx, account_ids, now, lane=lane)
