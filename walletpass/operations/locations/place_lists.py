"""Keep the lists of places true: one for each usual branch, and one for members who have none yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from walletpass.loyalty.places import Location, choose_places
from walletpass.loyalty.positions import Position
from walletpass.store import locations
from walletpass.store.session import Transaction


def renew_lists(tx: Transaction, merchant: Any, now: datetime) -> int:
    """Replace the lists whose contents changed, and no others. How many cards show one that was replaced."""
    here = locations.list_locations(tx, merchant.id)
    present = {row.usual_location_id: row for row in locations.list_present_lists(tx, merchant.id)}
    changed = set()
    for usual, document in _make_documents(here, merchant.max_distance).items():
        old = present.get(usual)
        if old is None or old.document != document:
            locations.replace_list(tx, old.id if old else None, merchant.id, usual, document, now)
            changed.add(usual)
    cards = locations.count_cards(tx, merchant.id) if changed else {}
    return sum(cards.get(usual, 0) for usual in changed)


def _make_documents(here: Sequence[Any], max_distance: int | None) -> dict[int | None, dict[str, Any]]:
    """Usual branch -> what the cards of its members show. Closed ones keep a list for theirs."""
    shown = {row.id: _describe(row) for row in here}
    known = [Location(row.id, Position(row.latitude, row.longitude), row.open) for row in here]
    distance = max_distance if any(place.open for place in known) else None
    return {
        usual: {
            "places": [shown[place.id] for place in choose_places(known, usual)],
            "max_distance": distance,
        }
        for usual in (None, *shown)
    }


def _describe(row: Any) -> dict[str, Any]:
    beacon = {"uuid": row.beacon_uuid, "major": row.beacon_major, "minor": row.beacon_minor}
    return {
        "location_id": row.id,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "texts": row.texts,
        "beacon": beacon if row.beacon_uuid else None,
    }
