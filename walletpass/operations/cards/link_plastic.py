"""Make the number on a printed card a scan code of an account."""

from walletpass.loyalty.identifiers import read_plastic
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.own_account import lock_active
from walletpass.operations.cards.scan_codes import digest_plastic, keep_code
from walletpass.operations.services import Services
from walletpass.store import accounts


def link_plastic(services: Services, merchant_id: int, account_id: int, number: str) -> None:
    """Linked to it once more, nothing happens. A number that was lost never comes back.

    Raises Refusal bad_card_number, identifier_taken, void_card, unknown_card, closed_account.
    """
    number = read_plastic(number)
    digest = digest_plastic(services, merchant_id, number)
    with services.transaction() as tx:
        lock_active(tx, merchant_id, account_id)
        known = accounts.find_scan_code(tx, merchant_id, digest, digest)
        if known is None:
            keep_code(services, tx, account_id, "plastic", number, digest, services.clock.now())
        elif known.revoked_at is not None:
            raise Refusal("void_card")
        elif known.account_id != account_id:
            raise Refusal("identifier_taken")
