"""A merchant's locations as the owner reads them."""

from dataclasses import dataclass
from typing import Any

from walletpass.loyalty.positions import Position
from walletpass.operations.locations.change import spell_revision
from walletpass.operations.locations.details import Beacon, Details
from walletpass.operations.locations.edit import get_row
from walletpass.operations.services import Services
from walletpass.store import locations, merchants
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class LocationLine:
    id: int
    details: Details
    is_open: bool
    cards: int
    """That show it, and so change when it does."""
    revision: str
    """Of what is told about it; `change_location` wants it back."""


@dataclass(frozen=True, slots=True)
class Locations:
    lines: tuple[LocationLine, ...]
    """As they were entered."""
    max_distance: int | None
    """Metres; None: the wallet's own."""


def list_locations(services: Services, merchant_id: int) -> Locations:
    with services.snapshot() as tx:
        merchant = merchants.find_merchant(tx, merchant_id)
        cards = _count_cards(tx, merchant_id)
        lines = [_line(row, cards) for row in locations.list_locations(tx, merchant_id)]
    return Locations(tuple(lines), merchant.max_distance if merchant is not None else None)


def get_location(services: Services, merchant_id: int, location_id: int) -> LocationLine:
    """Raises Refusal unknown_location, also for another merchant's."""
    with services.snapshot() as tx:
        return _line(get_row(tx, merchant_id, location_id), _count_cards(tx, merchant_id))


def list_open_names(services: Services, merchant_id: int) -> dict[int, str]:
    """Id -> name of those where people work now."""
    with services.reading() as tx:
        return {row.id: row.name for row in locations.list_locations(tx, merchant_id) if row.open}


def _count_cards(tx: Transaction, merchant_id: int) -> dict[int, int]:
    """Location's id -> how many cards show it."""
    cards = locations.count_cards(tx, merchant_id)
    counted: dict[int, int] = {}
    for row in locations.list_present_lists(tx, merchant_id):
        for place in row.document["places"]:
            shown = counted.get(place["location_id"], 0)
            counted[place["location_id"]] = shown + cards.get(row.usual_location_id, 0)
    return counted


def _line(row: Any, cards: dict[int, int]) -> LocationLine:
    beacon = Beacon(row.beacon_uuid, row.beacon_major, row.beacon_minor) if row.beacon_uuid else None
    position = Position(row.latitude, row.longitude)
    return LocationLine(
        id=row.id,
        details=Details(row.name, position, row.texts, row.address, beacon),
        is_open=row.open,
        cards=cards.get(row.id, 0),
        revision=spell_revision(row.changed_at),
    )
