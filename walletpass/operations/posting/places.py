"""Where a member goes, and which places the card shows for it."""

from typing import Any

from walletpass.loyalty.places import Visit, add_visits, choose_usual, load_visits
from walletpass.operations.posting.outcome import VISITS
from walletpass.operations.posting.request import Desk, Posting
from walletpass.store import locations


def follow_places(desk: Desk, posting: Posting, location_id: int | None) -> dict[str, Any]:
    """The columns of an account after something was posted there. A card comes to the present list with it."""
    visits = load_visits(desk.account.visits)
    if posting.undoes_at is not None:
        visits = _recount(desk, visits, posting.undoes_at)
    more = [Visit(location_id, 1, desk.now)] if location_id is not None and posting.done in VISITS else []
    visits = add_visits(visits, (*posting.visits, *more))
    usual, columns = choose_usual(visits), {"visits": visits or None}
    if desk.present_list_id is not None and usual == desk.usual_location_id:
        return columns
    return {**columns, "place_list_id": locations.get_present_list(desk.tx, desk.account.merchant_id, usual)}


def _recount(desk: Desk, visits: tuple[Visit, ...], location_id: int) -> tuple[Visit, ...]:
    """After one of them was taken back."""
    count, last_at = locations.count_stamps_at(desk.tx, desk.account.id, location_id)
    return tuple(
        Visit(location_id, count, last_at or visit.last_at) if visit.location_id == location_id else visit
        for visit in visits
    )
