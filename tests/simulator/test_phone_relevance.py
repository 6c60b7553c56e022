"""Which card a phone offers where it is."""

from datetime import UTC, datetime
from math import degrees
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.relevance import HeardBeacon, Position, metres_between, radius, suggest

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HERE = Position(52.37, 4.89)
UUID = "0f0e0d0c-0b0a-0908-0706-050403020100"

latitudes, longitudes = st.floats(-89, 89), st.floats(-179, 179)
positions = st.builds(Position, latitudes, longitudes)


def north_of(position: Position, metres: float) -> Position:
    return Position(position.latitude + degrees(metres / 6_371_008.8), position.longitude)


def place(position: Position, text: str = "") -> dict[str, object]:
    said = {"relevantText": text} if text else {}
    return {"latitude": position.latitude, "longitude": position.longitude, **said}


def card(serial: str = "one", style: str = "storeCard", **keys: Any) -> InstalledPass:
    document = {"serialNumber": serial, "organizationName": "Corner Coffee", style: {}, **keys}
    return InstalledPass(b"", document, {"Open": "Geopend"}, "nl", "")


def texts(*cards: InstalledPass, heard: tuple[HeardBeacon, ...] = ()) -> list[str]:
    return [suggestion.text for suggestion in suggest(cards, HERE, heard, NOW)]


def test_a_card_is_offered_within_its_radius_with_the_text_of_the_nearest_place() -> None:
    far, near = place(north_of(HERE, 90), "far"), place(north_of(HERE, 50), "near")
    (suggestion,) = suggest([card(locations=[far, near])], HERE, (), NOW)
    assert (suggestion.title, suggestion.text, round(suggestion.metres)) == ("Corner Coffee", "near", 50)
    assert texts(card(locations=[place(north_of(HERE, 101), "far")])) == []


def test_the_text_is_translated_where_the_pass_can() -> None:
    assert texts(card(locations=[place(HERE, "Open")])) == ["Geopend"]


def test_cards_come_in_order_of_distance() -> None:
    cards = [card(str(metres), locations=[place(north_of(HERE, metres))]) for metres in (80, 20, 50)]
    assert [each.key.serial for each in suggest(cards, HERE, (), NOW)] == ["20", "50", "80"]


@pytest.mark.parametrize(
    "keys", [{"voided": True}, {"expirationDate": "2026-11-22T09:00Z"}, {"locations": []}]
)
def test_a_card_that_is_of_no_use_is_not_offered(keys: dict[str, Any]) -> None:
    assert texts(card(**{"locations": [place(HERE)], **keys})) == []


def test_an_event_ticket_is_offered_from_further_away() -> None:
    locations = [place(north_of(HERE, 900), "tonight")]
    assert texts(card(style="eventTicket", locations=locations)) == ["tonight"]


@given(st.one_of(st.none(), st.integers(0, 10_000), st.floats(0, 10_000), st.just("50")))
def test_a_pass_can_only_shrink_its_circle(wanted: float | str | None) -> None:
    """A distance that is not a number is dropped, as Wallet does."""
    metres = radius(card(maxDistance=wanted))
    assert metres == (min(100, wanted) if isinstance(wanted, int | float) else 100)


@pytest.mark.parametrize(
    ("beacon", "offered"),
    [
        ({}, True),
        ({"major": 1}, True),
        ({"major": 1, "minor": 2}, True),
        ({"major": 2}, False),
        ({"major": 1, "minor": 3}, False),
        ({"proximityUUID": UUID.replace("0", "1")}, False),
    ],
)
def test_a_beacon_that_is_heard_offers_the_card(beacon: dict[str, object], offered: bool) -> None:
    found = texts(
        card(beacons=[{"proximityUUID": UUID, "relevantText": "Welcome", **beacon}]),
        heard=(HeardBeacon(UUID.upper(), 1, 2),),
    )
    assert found == (["Welcome"] if offered else [])


@given(positions, positions)
def test_distances_are_the_same_both_ways_and_none_to_oneself(one: Position, other: Position) -> None:
    assert metres_between(one, other) == pytest.approx(metres_between(other, one))
    assert metres_between(one, one) == 0
    assert 0 <= metres_between(one, other) <= 20_015_200


def test_distances_are_those_of_the_map() -> None:
    """Amsterdam to Copenhagen, airports."""
    assert metres_between(Position(52.3086, 4.7639), Position(55.6180, 12.6561)) == pytest.approx(
        633_000, rel=0.01
    )
