"""What staff are told once a coupon is used."""

from walletpass.loyalty.telling_entries import tell_discount
from walletpass.loyalty.wording import Sentence
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import ledger


def tell_last_use(services: Services, reward_id: int) -> Sentence | None:
    """What it took off which order; None for what is no coupon, or was not used."""
    with services.reading() as tx:
        used = ledger.find_use(tx, reward_id)
        if used is None:
            return None
        return tell_discount(load_version(services, tx, used.program_version_id), used.breakdown or {})
