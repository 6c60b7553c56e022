"""An account that a merchant names: theirs, or unknown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.people import require_in_use
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.delivery.tell import tell_holders
from walletpass.operations.posting.versions import raise_version
from walletpass.store import accounts
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def get_account(tx: Transaction, merchant_id: int, account_id: int) -> Any:
    """Raises Refusal unknown_card, also for another merchant's."""
    return _of_merchant(accounts.find_account(tx, account_id), merchant_id)


def lock_account(tx: Transaction, merchant_id: int, account_id: int) -> Any:
    """The same, held until the transaction ends."""
    return _of_merchant(accounts.lock_account(tx, account_id), merchant_id)


def get_active(tx: Transaction, merchant_id: int, account_id: int) -> Any:
    """Raises Refusal closed_account or void_card too."""
    account = get_account(tx, merchant_id, account_id)
    require_in_use(account.state)
    return account


def lock_active(tx: Transaction, merchant_id: int, account_id: int) -> Any:
    """The same, held until the transaction ends."""
    account = lock_account(tx, merchant_id, account_id)
    require_in_use(account.state)
    return account


@dataclass(frozen=True, slots=True)
class Holder:
    member_id: int
    accounts: tuple[Any, ...]
    """In all programmes, in the order of their ids."""


def lock_holder(tx: Transaction, merchant_id: int, account_id: int) -> Holder:
    """The account's member with all accounts, held. Raises Refusal unknown_card; void_card where merged away."""
    account = get_account(tx, merchant_id, account_id)
    held = accounts.lock_accounts_of_member(tx, account.member_id)
    if any(each.state == "merged" for each in held if each.id == account_id):
        raise Refusal("void_card")
    return Holder(account.member_id, tuple(held))


def renew_card(tx: Transaction, account: Any, now: datetime, **values: Any) -> None:
    """Change a locked account in a way that its holder can see: a new version, and phones are told."""
    change(tx, accounts.accounts, account.id, **values, **raise_version(tx, account, now))
    tell_holders(tx, [account.id], now)


def _of_merchant(account: Any, merchant_id: int) -> Any:
    if account is None or account.merchant_id != merchant_id:
        raise Refusal("unknown_card")
    return account
