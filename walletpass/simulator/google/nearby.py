"""Cards that a phone offers by itself near a shop, and where it can be put to see that.

https://developers.google.com/wallet/reference/rest/v1/MerchantLocation
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from walletpass.simulator.google.android import AndroidPhone, HeldPass
from walletpass.simulator.google.face import Face
from walletpass.simulator.places import Place
from walletpass.simulator.relevance import Position, metres_between

RADIUS = 150.0
"""Metres, as Google once wrote; today's is not published."""


@dataclass(frozen=True, slots=True)
class NearCard:
    held: HeldPass
    metres: float


def find_near(passes: Iterable[HeldPass], position: Position | None, now: datetime) -> list[NearCard]:
    """The nearest first."""
    if position is None:
        return []
    usable = (held for held in passes if not held.ended and not held.expired(now))
    near = [
        NearCard(held, min(metres_between(position, place) for place in places))
        for held in usable
        if (places := list(list_positions(held)))
    ]
    return sorted((each for each in near if each.metres <= RADIUS), key=lambda each: each.metres)


def list_shops(phone: AndroidPhone) -> list[Place]:
    """Where its cards would be offered; each once."""
    found: dict[str, Place] = {}
    for held in phone.passes:
        title = Face(held, phone.locale).words("issuerName")
        for each in list_positions(held):
            name = f"{each.latitude},{each.longitude}"
            found.setdefault(name, Place(name, title, "", position=each))
    return list(found.values())


def list_positions(held: HeldPass) -> Iterator[Position]:
    for document in (held.object, held.of_class):
        for place in document.get("merchantLocations", ()):
            yield Position(place["latitude"], place["longitude"])
