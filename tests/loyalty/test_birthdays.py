"""Birthdays: once a year, on the local day, and not made up for the gift."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.birthdays import ENTERED_BEFORE, next_birthday

LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2027, 1, 1), date(2027, 2, 28)),
        (date(2027, 2, 28), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_who_was_born_on_29_february_celebrates_on_the_28th_in_other_years(today: date, day: date) -> None:
    assert next_birthday(date(2000, 2, 29), LONG_AGO, None, today) == day


@pytest.mark.parametrize(
    ("entered", "day"), [(date(2026, 5, 2), date(2026, 6, 1)), (date(2026, 5, 3), date(2027, 6, 1))]
)
def test_a_date_entered_less_than_30_days_before_counts_from_the_next_year(entered: date, day: date) -> None:
    assert next_birthday(date(1990, 6, 1), entered, None, entered) == day


def test_a_changed_birthday_brings_no_second_credit_in_one_year() -> None:
    credited = date(2026, 3, 1)
    changed_to = date(1990, 9, 1)
    assert next_birthday(changed_to, date(2026, 3, 2), credited, date(2026, 3, 2)) == date(2027, 9, 1)


@given(
    st.dates(date(1900, 1, 1), date(2025, 1, 1)),
    st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    st.integers(0, 2000),
)
def test_each_year_has_one_at_most_and_only_the_first_can_be_left_out(
    birthday: date, entered: date, later: int
) -> None:
    today, last, days = entered + timedelta(days=later), None, []
    for _ in range(5):
        last = next_birthday(birthday, entered, last, today)
        days.append(last)
    assert [day.year - days[0].year for day in days] == [0, 1, 2, 3, 4]
    assert all(day >= today and day - entered >= ENTERED_BEFORE for day in days)
    assert days[0] - today < timedelta(days=366) + ENTERED_BEFORE
