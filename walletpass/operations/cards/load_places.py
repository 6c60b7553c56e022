"""Where a card offers itself: the list of places that it shows, as values of the card."""

from dataclasses import dataclass

from walletpass.card.card import Beacon, Place
from walletpass.loyalty.places import choose_text
from walletpass.store import locations
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class Relevance:
    places: tuple[Place, ...] = ()
    max_distance: int | None = None
    """Metres."""
    beacons: tuple[Beacon, ...] = ()


def load_places(tx: Transaction, place_list_id: int, *languages: str) -> Relevance:
    """Texts in the first of the languages that a location has one in."""
    document = locations.get_place_list(tx, place_list_id)
    told = [(place, choose_text(place["texts"], *languages)) for place in document["places"]]
    return Relevance(
        tuple(Place(place["latitude"], place["longitude"], text) for place, text in told),
        document["max_distance"],
        tuple(Beacon(text=text, **place["beacon"]) for place, text in told if place["beacon"]),
    )
