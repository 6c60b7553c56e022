"""Where a card offers itself: the list of places that it shows. A list never changes, so it is read once."""

from walletpass.card.card import Beacon, Nearby, Place
from walletpass.loyalty.places import choose_text
from walletpass.operations.services import Services
from walletpass.store import locations
from walletpass.store.session import Transaction


def load_nearby(services: Services, tx: Transaction, place_list_id: int, *languages: str) -> Nearby:
    """Texts in the first of the languages that a location has one in."""
    return services.nearby.get((place_list_id, *languages), lambda: _read(tx, place_list_id, *languages))


def _read(tx: Transaction, place_list_id: int, *languages: str) -> Nearby:
    document = locations.get_place_list(tx, place_list_id)
    told = [(place, choose_text(place["texts"], *languages)) for place in document["places"]]
    return Nearby(
        tuple(Place(place["latitude"], place["longitude"], text) for place, text in told),
        tuple(Beacon(text=text, **place["beacon"]) for place, text in told if place["beacon"]),
        document["max_distance"],
    )
