"""Which places a card shows."""

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.places import (
    Location,
    Visit,
    add_visits,
    choose_places,
    choose_text,
    choose_usual,
    load_visits,
)
from walletpass.loyalty.positions import Position, measure_distance

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
LOCATIONS = st.lists(st.tuples(POSITIONS, st.booleans()), max_size=30).map(
    lambda made: [Location(number, *details) for number, details in enumerate(made, 1)]
)
VISITS = st.lists(
    st.builds(
        Visit,
        st.integers(1, 40),
        st.integers(0, 3),
        st.integers(0, 3).map(lambda h: NOW + timedelta(hours=h)),
    ),
    unique_by=lambda visit: visit.location_id,
)


def in_a_row(count: int) -> list[Location]:
    """One kilometre or so apart, from west to east."""
    return [Location(number, Position(52, 4 + number / 70)) for number in range(1, count + 1)]


def ids(places: tuple[Location, ...]) -> list[int]:
    return [place.id for place in places]


def test_the_usual_branch_comes_first_then_the_nearest_to_it() -> None:
    assert ids(choose_places(in_a_row(25), 8, 4))[0] == 8
    assert sorted(ids(choose_places(in_a_row(25), 8))) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_without_a_usual_branch_the_first_ten_as_entered() -> None:
    assert ids(choose_places(in_a_row(25), None)) == list(range(1, 11))


def test_a_closed_usual_branch_is_left_out_but_still_says_where() -> None:
    row = in_a_row(25)
    row[19] = Location(20, row[19].position, open=False)
    assert sorted(ids(choose_places(row, 20, 4))) == [18, 19, 21, 22]


def test_a_branch_in_the_same_house_never_comes_before_the_usual_one() -> None:
    here = Position(52, 4)
    assert ids(choose_places([Location(1, here), Location(2, here)], 2)) == [2, 1]


@given(LOCATIONS, st.none() | st.integers(1, 30))
def test_at_most_ten_open_ones_and_none_left_out_that_is_nearer(
    locations: list[Location], usual: int | None
) -> None:
    chosen = choose_places(locations, usual)
    opened = [location for location in locations if location.open]
    assert len(chosen) == min(10, len(opened))
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(opened)
    home = next((location for location in locations if location.id == usual), None)
    if home is None:
        assert list(chosen) == opened[:10]
        return
    if home.open:
        assert chosen[0] == home
    far = [measure_distance(home.position, place.position) for place in chosen]
    assert far == sorted(far)
    left_out = set(opened) - set(chosen)
    assert all(measure_distance(home.position, place.position) >= far[-1] for place in left_out)


@given(LOCATIONS, st.integers(1, 30), POSITIONS)
def test_a_place_farther_away_than_the_tenth_changes_nothing(
    locations: list[Location], usual: int, position: Position
) -> None:
    before = choose_places(locations, usual)
    after = choose_places([*locations, Location(99, position)], usual)
    assert after == before or 99 in ids(after)


@given(VISITS)
def test_the_usual_branch_has_the_most_visits_and_of_equals_the_latest(visits: list[Visit]) -> None:
    usual = choose_usual(visits)
    if not visits:
        assert usual is None
        return
    chosen = next(visit for visit in visits if visit.location_id == usual)
    assert all((visit.count, visit.last_at) <= (chosen.count, chosen.last_at) for visit in visits)


@given(VISITS, VISITS)
def test_visits_are_added_up_by_location(one: list[Visit], other: list[Visit]) -> None:
    added = add_visits(one, other)
    assert len({visit.location_id for visit in added}) == len(added)
    both = [*one, *other]
    for visit in added:
        there = [each for each in both if each.location_id == visit.location_id]
        assert visit.count == sum(each.count for each in there)
        assert visit.last_at == max(each.last_at for each in there)
    assert {visit.location_id for visit in both} == {visit.location_id for visit in added}
    assert load_visits(msgspec.to_builtins(added)) == added


@given(VISITS, st.randoms(use_true_random=False))
def test_the_order_of_the_visits_does_not_matter(visits: list[Visit], shuffler: random.Random) -> None:
    shuffled = list(visits)
    shuffler.shuffle(shuffled)
    assert choose_usual(shuffled) == choose_usual(visits)


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ({"en": "Warm bread", "hu": "Friss kenyér", "nl": "Vers brood"}, "Friss kenyér"),
        ({"en": "Warm bread", "nl": "Vers brood", "hu": ""}, "Vers brood"),
        ({"en": "Warm bread"}, "Warm bread"),
        ({}, ""),
    ],
)
def test_the_text_is_in_the_members_language_else_the_merchants_else_any(
    texts: dict[str, str], chosen: str
) -> None:
    assert choose_text(texts, "hu", "nl") == chosen
