"""Add a location."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.places import MOST_LOCATIONS
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.details import Details
from walletpass.operations.locations.edit import edit, refuse_taken_name
from walletpass.operations.services import Services
from walletpass.store import locations
from walletpass.store.session import Transaction
from walletpass.store.statements import add


@dataclass(frozen=True, slots=True)
class Added:
    location_id: int
    cards: int
    """That change because of it."""


def add_location(services: Services, merchant_id: int, details: Details) -> Added:
    """Raises Refusal name_taken, too_many_locations."""
    ids = []

    def write(tx: Transaction, now: datetime) -> None:
        refuse_taken_name(tx, merchant_id, details.name)
        if len(locations.list_locations(tx, merchant_id)) >= MOST_LOCATIONS:
            raise Refusal("too_many_locations", most=MOST_LOCATIONS)
        values = {**details.columns(), "changed_at": now}
        ids.append(add(tx, locations.locations, merchant_id=merchant_id, **values))

    cards = edit(services, merchant_id, write)
    return Added(ids[0], cards)
