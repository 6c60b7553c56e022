"""Appointments: when one brings a credit, and what happens when it was moved, cancelled or missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from walletpass.loyalty.earn_rules import EarnRule, Trigger


class BookingState(StrEnum):
    BOOKED = "booked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


STANDING = (BookingState.BOOKED, BookingState.COMPLETED)
"""Without a word to the contrary somebody came."""


@dataclass(frozen=True, slots=True)
class Booking:
    state: BookingState
    ends_at: datetime
    credited: bool = False
    """Something was given for it that was not taken back."""


class Reversal(StrEnum):
    """Why a credit is taken back: the reason of the lines that do so."""

    NOT_HELD = "booking"
    MOVED = "booking_moved"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a booking as it is now."""

    due_at: datetime | None = None
    """A credit is due then; None: none is, also where one was before."""
    reverse: Reversal | None = None
    """What was credited is taken back; None: it is not."""


def booking_delay(rules: Sequence[EarnRule]) -> timedelta | None:
    """None where bookings bring nothing. One booking is one credit, so of several rules the slowest decides."""
    return max((rule.delay for rule in rules if rule.trigger is Trigger.BOOKING), default=None)


def brings_anything(rules: Sequence[EarnRule], service: str) -> bool:
    """Whether any rule knows the service, or asks for none."""
    bookings = (rule for rule in rules if rule.trigger is Trigger.BOOKING)
    return any(not rule.items or service in rule.items for rule in bookings)


def decide_booking(booking: Booking, delay: timedelta | None, now: datetime) -> Consequence:
    """`delay` is time that passes, also in a night when clocks change; None where bookings bring nothing."""
    if booking.state not in STANDING:
        return Consequence(reverse=Reversal.NOT_HELD if booking.credited else None)
    if delay is None:
        return Consequence()
    due_at = booking.ends_at + delay
    if not booking.credited:
        return Consequence(due_at)
    # Credited, and moved to another day since.
    return Consequence(due_at, Reversal.MOVED) if due_at > now else Consequence()


def is_credit_due(booking: Booking, delay: timedelta, now: datetime) -> bool:
    """Asked once more when the time has come: it may have been moved or cancelled since."""
    return booking.state in STANDING and not booking.credited and booking.ends_at + delay <= now
