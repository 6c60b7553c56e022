"""Whom a message to the cards of a merchant, or to one of them, reaches."""

from sqlalchemy import select

from walletpass.store.accounts import accounts
from walletpass.store.compiled import Record
from walletpass.store.google import google_objects
from walletpass.store.merchants import programs
from walletpass.store.session import Transaction
from walletpass.store.statements import rows

_o = google_objects.c


def list_held(
    tx: Transaction, merchant_id: int, account_id: int | None, after_id: int, most: int
) -> list[Record]:
    """Objects, of one account or of all, that somebody has in their wallet, from the one after `after_id`."""
    query = (
        select(google_objects)
        .join_from(google_objects, accounts, accounts.c.id == _o.account_id)
        .join(programs, programs.c.id == accounts.c.program_id)
        .where(programs.c.merchant_id == merchant_id, accounts.c.state == "active", _o.id > after_id)
        .where(_o.saved_at.is_not(None), _o.removed_at.is_(None))
    )
    if account_id is not None:
        query = query.where(_o.account_id == account_id)
    return rows(tx, query.order_by(_o.id).limit(most))
