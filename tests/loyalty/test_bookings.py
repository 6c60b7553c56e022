"""Appointments: credited some hours after they ended, if nobody says that they did not happen."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from walletpass.loyalty.bookings import (
    Booking,
    BookingState,
    Consequence,
    Reversal,
    booking_delay,
    decide_booking,
    is_credit_due,
)
from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.units import Unit

ENDS = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
DELAY = timedelta(hours=3)
LOST = (BookingState.CANCELLED, BookingState.NO_SHOW)
STANDING = (BookingState.BOOKED, BookingState.COMPLETED)


def at(hour: int, minute: int = 0) -> datetime:
    return ENDS.replace(hour=hour, minute=minute)


@pytest.mark.parametrize("state", STANDING)
def test_an_appointment_that_ended_at_14_is_credited_from_17_on(state: BookingState) -> None:
    """Row 17 of the worked examples."""
    booking = Booking(state, ENDS)
    assert decide_booking(booking, DELAY, at(13)) == Consequence(at(17))
    assert not is_credit_due(booking, DELAY, at(16, 59))
    assert is_credit_due(booking, DELAY, at(17))


@pytest.mark.parametrize("state", LOST)
def test_one_cancelled_or_missed_at_15_is_not_credited(state: BookingState) -> None:
    booking = Booking(state, ENDS)
    assert decide_booking(booking, DELAY, at(15)) == Consequence()
    assert not is_credit_due(booking, DELAY, at(17))


@pytest.mark.parametrize("state", LOST)
def test_one_cancelled_after_the_credit_is_taken_back(state: BookingState) -> None:
    taken_back = decide_booking(Booking(state, ENDS, credited=True), DELAY, at(19))
    assert taken_back == Consequence(reverse=Reversal.NOT_HELD)


def test_one_that_is_moved_is_credited_after_its_new_end() -> None:
    later = ENDS + timedelta(days=2)
    assert decide_booking(Booking(BookingState.BOOKED, later), DELAY, at(13)) == Consequence(later + DELAY)
    moved = decide_booking(Booking(BookingState.BOOKED, later, credited=True), DELAY, at(19))
    assert moved == Consequence(later + DELAY, Reversal.MOVED)


def test_one_that_was_credited_is_not_credited_again() -> None:
    credited = Booking(BookingState.COMPLETED, ENDS, credited=True)
    assert decide_booking(credited, DELAY, at(19)) == Consequence()
    assert not is_credit_due(credited, DELAY, at(19))


def test_the_delay_is_time_that_passes_also_when_clocks_change() -> None:
    """Ends at 01:30, clocks go from 03:00 back to 02:00: due at 03:30 on the clock, three hours later."""
    zone = ZoneInfo("Europe/Amsterdam")
    ends = datetime(2026, 10, 25, 1, 30, tzinfo=zone).astimezone(UTC)
    due = decide_booking(Booking(BookingState.BOOKED, ends), DELAY, ends).due_at
    assert due is not None
    assert due.astimezone(zone).strftime("%H:%M") == "03:30"
    assert due - ends == DELAY


def test_of_several_rules_the_slowest_decides_and_without_one_nothing_is_due() -> None:
    rules = [EarnRule(str(n), Trigger.BOOKING, Unit.POINTS, 1, delay=timedelta(hours=n)) for n in (3, 1)]
    assert booking_delay(rules) == DELAY
    assert booking_delay([EarnRule("visit", Trigger.VISIT, Unit.STAMPS, 1)]) is None
    assert decide_booking(Booking(BookingState.BOOKED, ENDS), None, at(13)) == Consequence()
