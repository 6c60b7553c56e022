"""A card that time has changed is posted before anybody is answered: one version never has two contents."""

from datetime import datetime
from typing import Any

from walletpass.operations.posting.post import open_desk
from walletpass.operations.services import Services
from walletpass.store import accounts
from walletpass.store.session import Transaction


def is_due(next_change_at: datetime | None, now: datetime) -> bool:
    return next_change_at is not None and next_change_at <= now


def settle_if_due(services: Services, account_id: int, next_change_at: datetime | None) -> Any | None:
    """The account's row after that, in a transaction of its own; None where nothing was due."""
    if not is_due(next_change_at, services.clock.now()):
        return None
    with services.transaction() as tx:
        return bring_up_to_date(services, tx, accounts.lock_account(tx, account_id))


def bring_up_to_date(services: Services, tx: Transaction, account: Any) -> Any:
    """The row of a locked account after what was due. A card that has ended stays as it was."""
    return open_desk(services, tx, account.id).account if account.state == "active" else account
