"""Where the phone can be put: the places and beacons that its cards name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.relevance import HeardBeacon, Position


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    """The same for the same place, whichever card names it."""
    title: str
    """Whose it is."""
    text: str
    """What the card says there."""
    position: Position | None = None
    beacon: HeardBeacon | None = None


def list_places(cards: Iterable[InstalledPass]) -> list[Place]:
    """Each once, in the order of the cards."""
    found: dict[str, Place] = {}
    for card in cards:
        for place in (*_locations(card), *_beacons(card)):
            found.setdefault(place.name, place)
    return list(found.values())


def _locations(card: InstalledPass) -> Iterator[Place]:
    for location in card.objects("locations"):
        latitude, longitude = location.get("latitude"), location.get("longitude")
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            name = f"{latitude},{longitude}"
            yield Place(name, *_words(card, location), position=Position(latitude, longitude))


def _beacons(card: InstalledPass) -> Iterator[Place]:
    """A beacon that is named without its numbers stands for all; the phone hears one of them."""
    for beacon in card.objects("beacons"):
        uuid, major, minor = beacon.get("proximityUUID"), beacon.get("major", 0), beacon.get("minor", 0)
        if isinstance(uuid, str) and isinstance(major, int) and isinstance(minor, int):
            name = f"{uuid.lower()}/{major}/{minor}"
            yield Place(name, *_words(card, beacon), beacon=HeardBeacon(uuid, major, minor))


def _words(card: InstalledPass, reason: dict[str, object]) -> tuple[str, str]:
    text = reason.get("relevantText")
    return card.words("organizationName"), card.translate(text) if isinstance(text, str) else ""
