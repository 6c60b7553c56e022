"""The one way in which a merchant's locations change: cards follow in the same transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.place_lists import renew_lists
from walletpass.operations.roll_outs.start import start
from walletpass.operations.services import Services
from walletpass.store import locations, merchants
from walletpass.store.roll_outs import Reason
from walletpass.store.session import Transaction


def edit(services: Services, merchant_id: int, write: Callable[[Transaction, datetime], None]) -> int:
    """Do what `write` says, then bring the lists of places up to date. How many cards change.

    Raises Refusal unknown_program, and whatever `write` raises.
    """
    now = services.clock.now()
    with services.transaction() as tx:
        program = merchants.find_program_of_merchant(tx, merchant_id)
        if program is None:
            raise Refusal("unknown_program")
        merchants.hold_to_publish(tx, program.id)
        write(tx, now)
        cards = renew_lists(tx, merchants.find_merchant(tx, merchant_id), now)
        if cards:
            start(services, tx, program.id, Reason.PLACES)
    return cards


def get_row(tx: Transaction, merchant_id: int, location_id: int) -> Any:
    """Raises Refusal unknown_location, also for another merchant's."""
    row = locations.find_location(tx, merchant_id, location_id)
    if row is None:
        raise Refusal("unknown_location")
    return row


def refuse_taken_name(tx: Transaction, merchant_id: int, name: str, own_id: int | None = None) -> None:
    """Staff choose a branch by its name, so each has its own. Raises Refusal name_taken."""
    here = locations.list_locations(tx, merchant_id)
    if any(row.name.casefold() == name.casefold() and row.id != own_id for row in here):
        raise Refusal("name_taken")
