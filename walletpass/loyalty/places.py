"""Where a card offers itself by lighting up on the lock screen: the places that its holder is likely to pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

import msgspec

from walletpass.loyalty.positions import Position, measure_distance

MOST_PLACES = 10
"""On one card. Both wallets look at no more."""
MOST_LOCATIONS = 500
"""Of one merchant. Every branch has a list of its own, so the work of a change grows with the square."""
LONGEST_TEXT = 100
"""Characters; a lock screen shows two lines."""
LEAST_DISTANCE, MOST_DISTANCE = 10, 1000
"""Metres. A phone's own radius for a store card is about 100, and a card can only make it smaller."""


@dataclass(frozen=True, slots=True)
class Location:
    id: int
    position: Position
    open: bool = True


class Visit(msgspec.Struct, frozen=True):
    """What a member has done at one location so far."""

    location_id: int
    count: int
    """Stampings; 0 where somebody has only joined there."""
    last_at: datetime


def choose_places(
    locations: Sequence[Location], usual: int | None, most: int = MOST_PLACES
) -> tuple[Location, ...]:
    """The open ones that are shown to members whose usual branch that is: it first, then the nearest to it.

    A usual branch that is closed is not shown, but still says where its members are. Without one: in the
    order in which they were entered.
    """
    shown = [location for location in locations if location.open]
    home = next((location.position for location in locations if location.id == usual), None)
    if home is None:
        return tuple(shown[:most])
    return tuple(
        nsmallest(most, shown, key=lambda place: (place.id != usual, measure_distance(home, place.position)))
    )


def load_visits(document: Iterable[Mapping[str, Any]] | None) -> tuple[Visit, ...]:
    """One for each location, as an account keeps them."""
    return msgspec.convert(document or (), tuple[Visit, ...])


def add_visits(visits: Sequence[Visit], more: Iterable[Visit]) -> tuple[Visit, ...]:
    """One for each location, with what is counted there in both."""
    added = {visit.location_id: visit for visit in visits}
    for visit in more:
        known = added.get(visit.location_id, visit)
        count = visit.count if known is visit else known.count + visit.count
        added[visit.location_id] = Visit(visit.location_id, count, max(known.last_at, visit.last_at))
    return tuple(added.values())


def choose_usual(visits: Sequence[Visit]) -> int | None:
    """The id of the location with the most visits; of equals the one visited last."""
    if not visits:
        return None
    return max(visits, key=lambda visit: (visit.count, visit.last_at, visit.location_id)).location_id


def choose_text(texts: Mapping[str, str], *languages: str) -> str:
    """The first of those languages that has a text, else any."""
    return next(filter(None, map(texts.get, languages)), None) or next(iter(texts.values()), "")
