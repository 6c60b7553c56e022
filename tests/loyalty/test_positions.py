"""Positions: read as pasted from a map, measured along the great circle."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.positions import Position, measure_distance, read_position
from walletpass.loyalty.refusals import Refusal

POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
HALF_ROUND = math.pi * 6_371_008.8


@pytest.mark.parametrize(
    "text",
    [
        "52.37,4.9",
        "52.37, 4.90",
        " 52.37 4.9 ",
        "(52.370000000001, 4.899999999999)",
        "52,37; 4,90",
        "52,37 4,90",
        "52,37, 4,90",
        "+52.37\t+4.9",
    ],
)
def test_a_position_is_read_as_maps_and_people_write_it(text: str) -> None:
    assert read_position(text) == Position(52.37, 4.9)


@pytest.mark.parametrize("text", ["10, 10", "10 10", "(10;10)", "10.0, 10", " 10 , +10 "])
def test_whole_degrees_are_two_numbers_too(text: str) -> None:
    """With a space after the comma: "10,10" is half a position."""
    assert read_position(text) == Position(10, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kade 12",
        "52.37",
        "52,37",
        "52,4",
        "91, 4",
        "52.37, 4.90, 12",
        "91.0, 4.9",
        "-90.1, 4.9",
        "52.3, 180.5",
        "NaN, NaN",
        "inf, 4.9",
        "1e1, 4.9",
        "52.37, 4.90 200 km",
        "٥٢.٣, ٤.٩",
        "0x10, 4.9",
        "1" * 5000 + ".5, 4.9",
        "52.37\x00, 4.90",
    ],
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_position(text)
    assert caught.value.code == "bad_position"


@given(st.text())
def test_whatever_is_typed_is_a_position_on_earth_or_refused(text: str) -> None:
    with suppress(Refusal):
        read = read_position(text)
        assert abs(read.latitude) <= 90
        assert abs(read.longitude) <= 180


@given(POSITIONS)
def test_a_position_that_is_shown_is_read_as_the_same(position: Position) -> None:
    shown = read_position(str(position))
    assert read_position(str(shown)) == shown
    assert measure_distance(position, shown) < 0.2


@given(POSITIONS, POSITIONS)
def test_distances_are_the_same_both_ways_and_at_most_half_round_the_earth(
    one: Position, other: Position
) -> None:
    assert measure_distance(one, other) == pytest.approx(measure_distance(other, one), abs=1e-6)
    assert 0 <= measure_distance(one, other) <= HALF_ROUND * (1 + 1e-9)
    assert measure_distance(one, one) == 0


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (Position(52.3791, 4.9003), Position(51.9249, 4.4690), 58.5),  # Amsterdam C to Rotterdam C
        (Position(0, 179.5), Position(0, -179.5), 111.2),  # across the date line
        (Position(90, 12), Position(90, -140), 0),  # one pole, two names
        (Position(0, 0), Position(0, 180), HALF_ROUND / 1000),
    ],
)
def test_known_distances(one: Position, other: Position, kilometres: float) -> None:
    assert measure_distance(one, other) / 1000 == pytest.approx(kilometres, abs=0.1)
