"""How near a phone must be."""

from datetime import datetime

from walletpass.loyalty.places import LEAST_DISTANCE, MOST_DISTANCE
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.edit import edit
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def set_distance(services: Services, merchant_id: int, text: str) -> int:
    """Metres as typed, or nothing for the wallet's own. How many cards change. Raises Refusal bad_distance."""
    metres = _read_metres(text.strip()) if text.strip() else None

    def write(tx: Transaction, _now: datetime) -> None:
        change(tx, merchants.merchants, merchant_id, max_distance=metres)

    return edit(services, merchant_id, write)


def _read_metres(text: str) -> int:
    known = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_DISTANCE))
    if not known or not LEAST_DISTANCE <= int(text) <= MOST_DISTANCE:
        raise Refusal("bad_distance", least=LEAST_DISTANCE, most=MOST_DISTANCE)
    return int(text)
