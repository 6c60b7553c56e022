"""End a card: its codes find nothing any more, and phones get it once more, void."""

from walletpass.operations.cards.own_account import lock_account, renew_card
from walletpass.operations.services import Services
from walletpass.store import accounts


def close_card(services: Services, merchant_id: int, account_id: int) -> None:
    """The ledger stays. Closing it twice does nothing more. Raises Refusal unknown_card."""
    now = services.clock.now()
    with services.transaction() as tx:
        account = lock_account(tx, merchant_id, account_id)
        if account.state == "active":
            accounts.revoke_scan_codes(tx, account_id, now)
            renew_card(tx, account, now, state="closed")
