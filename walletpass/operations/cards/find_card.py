"""Which account a scanned or typed code belongs to."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.scan_codes import digest_code, digest_plastic
from walletpass.operations.services import Services
from walletpass.store import accounts
from walletpass.store.session import Transaction


def find_card(services: Services, merchant_id: int, code: str) -> int:
    """The account's id. Raises Refusal unknown_card (also for another merchant's), void_card."""
    with services.reading() as tx:
        return get_account_by_code(services, tx, merchant_id, code)


def get_account_by_code(services: Services, tx: Transaction, merchant_id: int, code: str) -> int:
    """The same as a part of something larger."""
    digests = digest_code(services, code), digest_plastic(services, merchant_id, code)
    found = accounts.find_scan_code(tx, merchant_id, *digests)
    if found is None:
        raise Refusal("unknown_card")
    if found.revoked_at is not None:
        raise Refusal("void_card")
    return int(found.account_id)
