"""What is told about an appointment, checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import LATEST_HOURS

LONGEST_NAME = 80
FARTHEST = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class BookingDetails:
    external_id: str
    """The booking system's own name for it; a merchant has it once."""
    ends_at: datetime
    service: str = ""
    """As the program's rules name it."""
    location_id: int | None = None


def check_details(details: BookingDetails, now: datetime) -> None:
    """Raises Refusal bad_booking, bad_booking_end."""
    for text, least in ((details.external_id, 1), (details.service, 0)):
        if clean_line(text) != text or not least <= len(text) <= LONGEST_NAME:
            raise Refusal("bad_booking", most=LONGEST_NAME)
    check_end(details.ends_at, now)


def check_end(ends_at: datetime, now: datetime) -> None:
    """Raises Refusal bad_booking_end."""
    if not now - timedelta(hours=LATEST_HOURS) <= ends_at <= now + FARTHEST:
        raise Refusal("bad_booking_end", hours=LATEST_HOURS, days=FARTHEST.days)
