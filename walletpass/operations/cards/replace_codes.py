"""Replace a lost card: its codes are dead at once, and its holder goes on with new ones."""

import secrets
from dataclasses import dataclass

from walletpass.operations.cards.own_account import lock_active, renew_card
from walletpass.operations.cards.scan_codes import give_codes
from walletpass.operations.devices.register import unregister_all
from walletpass.operations.passes.issue import renew_token
from walletpass.operations.services import Services
from walletpass.store import accounts

_PAGE_KEY_BYTES = 18


@dataclass(frozen=True, slots=True)
class Replaced:
    """How the holder goes on."""

    code: str
    """To be typed where nothing can scan."""
    page_key: str = ""
    """Of the card's page; "": it stays where it was."""


def replace_codes(
    services: Services, merchant_id: int, account_id: int, *, phone_is_lost: bool = False
) -> Replaced:
    """For printed cards and barcodes that somebody else may hold. The balance and the history stay.

    A phone that holds the card shows the new code by itself. One that is lost as well must not: then its pass and
    the old address of the card's page end too, and the holder finds the card again by e-mail or at the new address.
    Raises Refusal unknown_card, closed_account, void_card.
    """
    now = services.clock.now()
    with services.transaction() as tx:
        account = lock_active(tx, merchant_id, account_id)
        accounts.revoke_scan_codes(tx, account_id, now)
        code, key = give_codes(services, tx, account_id, now), ""
        moved = {}
        if phone_is_lost:
            key = secrets.token_urlsafe(_PAGE_KEY_BYTES)
            moved["page_key_digest"] = services.vault.digest("page key", key)
            moved["page_key_sealed"] = services.vault.seal(key)
            unregister_all(tx, account_id)
            renew_token(services, tx, account_id)
        renew_card(tx, account, now, **moved)
    return Replaced(code, key)
