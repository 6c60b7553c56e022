"""Close a location, for a while or for good, and open it again."""

from datetime import datetime

from walletpass.operations.locations.edit import edit, get_row
from walletpass.operations.services import Services
from walletpass.store import locations
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def set_open(services: Services, merchant_id: int, location_id: int, is_open: bool) -> int:
    """How many cards change; doing it twice changes none. Raises Refusal unknown_location."""

    def write(tx: Transaction, now: datetime) -> None:
        get_row(tx, merchant_id, location_id)
        change(tx, locations.locations, location_id, open=is_open, changed_at=now)

    return edit(services, merchant_id, write)
