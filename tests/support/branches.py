"""A chain with branches in three towns, and members who go to one of them."""

from collections.abc import Iterator

from support.shops import Shop

from walletpass.loyalty.places import load_visits
from walletpass.loyalty.positions import Position
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.locations.add import add_location
from walletpass.operations.locations.details import Details
from walletpass.operations.posting.request import Post
from walletpass.operations.roll_outs.move import move_due
from walletpass.store import accounts, locations

TOWNS = {
    "Amsterdam": (Position(52.37, 4.90), 12),
    "Budapest": (Position(47.50, 19.05), 9),
    "Leeds": (Position(53.80, -1.55), 4),
}
"""Middle, and how many branches."""


def branch(name: str, latitude: float, longitude: float, **texts: str) -> Details:
    return Details(name, Position(latitude, longitude), texts or {"en": f"Coffee at {name}"})


def branches_of_towns() -> Iterator[Details]:
    """Some hundred metres apart, from the middle of each town to the north-east."""
    for town, (middle, count) in TOWNS.items():
        for number in range(count):
            step = number * 0.004
            yield branch(f"{town} {number}", middle.latitude + step, middle.longitude + step * 1.1)


def open_chain(shop: Shop) -> dict[str, int]:
    """Name -> location's id."""
    return {
        details.name: add_location(shop.services, shop.merchant_id, details).location_id
        for details in branches_of_towns()
    }


def stamp_at(shop: Shop, account_id: int, location_id: int | None) -> None:
    """On a day of its own."""
    shop.clock.pass_by(days=1)
    stamp(shop.services, Post(shop.merchant_id, account_id, new_form_key(), {}, None, location_id), 1)


def member_of(shop: Shop, location_id: int | None) -> int:
    """Somebody who joined, and was stamped there once; the account's id."""
    account_id = shop.account_id(shop.join())
    if location_id is not None:
        stamp_at(shop, account_id, location_id)
    return account_id


def roll_out(shop: Shop) -> None:
    """Until every card is as new as it gets."""
    while (due := move_due(shop.services)) is not None:
        shop.clock.at = max(shop.clock.at, due)


def version_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return int(account.card_version)


def shown_on(shop: Shop, account_id: int) -> list[int]:
    """The locations on a card, in order."""
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
        assert account is not None
        document = locations.get_place_list(tx, account.place_list_id)
    return [place["location_id"] for place in document["places"]]


def visits_of(shop: Shop, account_id: int) -> dict[int, int]:
    """Location -> stampings there."""
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return {visit.location_id: visit.count for visit in load_visits(account.visits)}
