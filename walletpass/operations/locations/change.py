"""Change what is told about a location."""

from datetime import datetime

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.details import Details
from walletpass.operations.locations.edit import edit, get_row, refuse_taken_name
from walletpass.operations.services import Services
from walletpass.store import locations
from walletpass.store.session import Transaction
from walletpass.store.statements import change


def change_location(
    services: Services, merchant_id: int, location_id: int, details: Details, seen: str
) -> int:
    """How many cards change. `seen` is the revision that the page showed.

    Raises Refusal unknown_location, stale_page, name_taken.
    """

    def write(tx: Transaction, now: datetime) -> None:
        row = get_row(tx, merchant_id, location_id)
        if spell_revision(row.changed_at) != seen:
            raise Refusal("stale_page")
        refuse_taken_name(tx, merchant_id, details.name, location_id)
        change(tx, locations.locations, location_id, **details.columns(), changed_at=now)

    return edit(services, merchant_id, write)


def spell_revision(changed_at: datetime) -> str:
    return changed_at.isoformat()
