"""Which cards a phone offers by itself where it is.

Passive: nothing is sent, nothing sounds. https://developer.apple.com/documentation/walletpasses/pass/locations
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from operator import attrgetter

from walletpass.simulator.installed import InstalledPass, PassKey

_SMALL_RADIUS, _LARGE_RADIUS = 100.0, 1000.0
"""Metres; Apple gives their order only."""
_FAR_SEEN = ("boardingPass", "eventTicket")
_EARTH_RADIUS = 6_371_008.8  # metres


@dataclass(frozen=True, slots=True)
class Position:
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class HeardBeacon:
    uuid: str
    major: int
    minor: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    key: PassKey
    title: str
    text: str
    metres: float
    """0 for a beacon."""


def suggest(
    cards: Iterable[InstalledPass], position: Position | None, heard: Iterable[HeardBeacon], now: datetime
) -> list[Suggestion]:
    """One per card that is of use here, the nearest first; its text is that of its nearest place."""
    found = []
    for card in cards:
        if card.voided or card.expired(now):
            continue
        reasons = [*_near_beacons(card, heard), *(_near_places(card, position) if position else ())]
        if reasons:
            metres, text = min(reasons, key=lambda reason: reason[0])
            found.append(Suggestion(card.key, card.words("organizationName"), text, metres))
    return sorted(found, key=attrgetter("metres"))


def radius(card: InstalledPass) -> float:
    """Metres. A pass can make the circle of its style smaller, never larger."""
    usual = _LARGE_RADIUS if card.style in _FAR_SEEN else _SMALL_RADIUS
    wanted = card.document.get("maxDistance")
    return min(usual, wanted) if isinstance(wanted, int | float) else usual


def metres_between(one: Position, other: Position) -> float:
    """Along a great circle."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    across = cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(sin(north / 2) ** 2 + across)))


def _near_places(card: InstalledPass, position: Position) -> Iterator[tuple[float, str]]:
    reach = radius(card)
    for place in card.objects("locations"):
        latitude, longitude = place.get("latitude"), place.get("longitude")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            metres = metres_between(position, Position(latitude, longitude))
            if metres <= reach:
                yield metres, _relevant_text(card, place)


def _near_beacons(card: InstalledPass, heard: Iterable[HeardBeacon]) -> Iterator[tuple[float, str]]:
    for beacon in card.objects("beacons"):
        if any(_is_heard(beacon, each) for each in heard):
            yield 0.0, _relevant_text(card, beacon)


def _is_heard(beacon: dict[str, object], heard: HeardBeacon) -> bool:
    """A pass that names no major or minor number means all of them."""
    uuid = beacon.get("proximityUUID")
    return (
        isinstance(uuid, str)
        and uuid.lower() == heard.uuid.lower()
        and beacon.get("major", heard.major) == heard.major
        and beacon.get("minor", heard.minor) == heard.minor
    )


def _relevant_text(card: InstalledPass, reason: dict[str, object]) -> str:
    text = reason.get("relevantText")
    return card.translate(text) if isinstance(text, str) else ""
