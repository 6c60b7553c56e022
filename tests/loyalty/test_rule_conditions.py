"""When and where a rule is open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.purchases import AMSTERDAM, NOON, purchase

from walletpass.loyalty.earn_rules import Conditions
from walletpass.loyalty.rules.conditions import are_met, find_window_day


def open_at(conditions: Conditions, at: datetime, zone: ZoneInfo = AMSTERDAM) -> bool:
    return are_met(conditions, purchase(0, occurred_at=at), zone)


def amsterdam(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=AMSTERDAM)


LUNCH = Conditions(weekdays=(1, 2, 3, 4, 5), start=time(11), end=time(14))
NIGHT = Conditions(weekdays=(5,), start=time(22), end=time(2))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (amsterdam(20, 11), True),
        (amsterdam(20, 13, 59), True),
        (amsterdam(20, 14), False),
        (amsterdam(20, 10, 59), False),
        (amsterdam(21, 12), False),
    ],
)
def test_a_window_is_local_and_ends_before_its_end(at: datetime, is_open: bool) -> None:
    """The 20th is a Friday."""
    assert open_at(LUNCH, at) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (amsterdam(20, 1), False),
        (amsterdam(20, 22), True),
        (amsterdam(21, 1, 59), True),
        (amsterdam(21, 2), False),
        (amsterdam(21, 22), False),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_on_which_it_began(at: datetime, is_open: bool) -> None:
    assert open_at(NIGHT, at) is is_open


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False),
    ],
)
def test_an_hour_that_comes_twice_is_in_the_window_both_times(utc: datetime, is_open: bool) -> None:
    """At 03:00 on 25 October the clocks of Amsterdam go back to 02:00."""
    assert open_at(Conditions(start=time(2), end=time(3)), utc) is is_open


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        (datetime(2026, 3, 29, 0, 29, tzinfo=UTC), False),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), False),
    ],
)
def test_a_window_that_ends_in_a_skipped_hour_ends_with_the_skip(utc: datetime, is_open: bool) -> None:
    """At 02:00 on 29 March it is 03:00 at once: 01:30 to 02:30 has thirty minutes."""
    assert open_at(Conditions(start=time(1, 30), end=time(2, 30)), utc) is is_open


def test_a_night_over_the_clock_change_is_the_evenings_all_through() -> None:
    """Saturday 22:00 to Sunday 04:00 has seven hours."""
    night = Conditions(weekdays=(6,), start=time(22), end=time(4))
    begins = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    assert [open_at(night, begins + timedelta(hours=n)) for n in range(-1, 8)] == [False, *[True] * 7, False]


@given(st.times(), st.times(), st.integers(0, 3 * 365 * 24 * 60))
def test_a_window_and_the_rest_of_the_day_are_all_of_the_time(start: time, end: time, minutes: int) -> None:
    """No moment is in both and none is in neither."""
    local = (NOON + timedelta(minutes=minutes)).astimezone(AMSTERDAM)
    inside, outside = find_window_day(start, end, local), find_window_day(end, start, local)
    if start == end:
        assert inside is not None
    else:
        assert (inside is None) is not (outside is None)


@pytest.mark.parametrize(
    ("start", "end", "at", "day"),
    [
        (time(9), None, time(23, 59), date(2026, 11, 22)),
        (time(9), None, time(8), None),
        (None, time(9), time(8), date(2026, 11, 22)),
        (None, time(9), time(9), None),
        (None, None, time(0), date(2026, 11, 22)),
    ],
)
def test_a_window_may_lack_an_end_or_a_beginning(
    start: time | None, end: time | None, at: time, day: date | None
) -> None:
    local = datetime.combine(date(2026, 11, 22), at, AMSTERDAM)
    assert find_window_day(start, end, local) == day


def test_places_tiers_and_validity_must_all_fit() -> None:
    conditions = Conditions(
        location_ids=(1, 2), tiers=("gold",), begins_at=NOON, ends_at=NOON + timedelta(hours=1)
    )
    fits = purchase(0, location_id=1, tier="gold")
    assert are_met(conditions, fits, AMSTERDAM)
    for changed in (
        {"location_id": 3},
        {"location_id": None},
        {"tier": ""},
        {"occurred_at": NOON - timedelta(seconds=1)},
        {"occurred_at": NOON + timedelta(hours=1)},
    ):
        assert not are_met(conditions, replace(fits, **changed), AMSTERDAM)
