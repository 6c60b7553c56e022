"""The code by which a member brings others."""

from walletpass.loyalty.identifiers import new_typed_code
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import accounts
from walletpass.store.statements import change


def get_referral_code(services: Services, merchant_id: int, account_id: int) -> str:
    """Made when it is first asked for. Raises Refusal unknown_card, closed_account."""
    with services.transaction() as tx:
        account = accounts.lock_account(tx, account_id)
        if account is None or account.merchant_id != merchant_id:
            raise Refusal("unknown_card")
        if account.state != "active":
            raise Refusal("closed_account")
        code: str = account.referral_code or new_typed_code()
        if account.referral_code is None:
            change(tx, accounts.accounts, account_id, referral_code=code)
    return code
