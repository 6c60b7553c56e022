"""How many cards are as their phones should show them."""

from dataclasses import dataclass

from walletpass.operations.services import Services
from walletpass.store import proof


@dataclass(frozen=True, slots=True)
class Standings:
    """How many active cards."""

    current: int
    """The newest version was fetched, or nothing changed since it was handed out."""
    behind: int
    alone: int
    """On no phone."""


def count_standings(services: Services, merchant_id: int | None = None) -> Standings:
    """Of one merchant, or of all."""
    with services.reading() as tx:
        row = proof.count_standings(tx, merchant_id)
    return Standings(row.current, row.behind, row.alone)
