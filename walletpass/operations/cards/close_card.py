"""End a card: its codes find nothing any more, and phones get it once more, void."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.versions import raise_version
from walletpass.operations.services import Services
from walletpass.store import accounts, outbox
from walletpass.store.statements import change


def close_card(services: Services, merchant_id: int, account_id: int) -> None:
    """The ledger stays. Closing it twice does nothing more. Raises Refusal unknown_card."""
    now = services.clock.now()
    with services.transaction() as tx:
        account = accounts.lock_account(tx, account_id)
        if account is None or account.merchant_id != merchant_id:
            raise Refusal("unknown_card")
        if account.state == "closed":
            return
        accounts.revoke_scan_codes(tx, account_id, now)
        change(tx, accounts.accounts, account_id, state="closed", **raise_version(tx, account, now))
        outbox.tell_phones(tx, [account_id], now)
