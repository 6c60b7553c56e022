"""How many cards are as their phones should show them."""

from dataclasses import dataclass

from walletpass.operations.delivery.proof import SILENT_AFTER
from walletpass.operations.services import Services
from walletpass.store import proof


@dataclass(frozen=True, slots=True)
class Standings:
    """How many active cards, and phones that hold some."""

    current: int
    """The newest version was fetched or Google has it, or nothing changed since it was handed out."""
    behind: int
    alone: int
    """On no phone."""
    silent: int = 0
    """iPhones that were told of a change and have not asked what it is for SILENT_AFTER."""


def count_standings(services: Services, merchant_id: int | None = None) -> Standings:
    """Of one merchant, or of all."""
    with services.reading() as tx:
        row = proof.count_standings(tx, merchant_id)
        silent = proof.count_silent(tx, merchant_id, services.clock.now() - SILENT_AFTER)
    return Standings(row.current, row.behind, row.alone, silent)
