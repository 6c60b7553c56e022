"""When a birthday brings a credit: once a year, and not to who has just made one up."""

from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from walletpass.loyalty.local_days import add_months, at_local_time, local_day

ENTERED_BEFORE = timedelta(days=30)
"""A date that was entered later than so long before the day counts from the next year on."""


def next_birthday(birthday: date, entered_on: date, last: date | None, today: date) -> date:
    """The next day that brings a credit, today included; `last` is the latest that did.

    Of 29 February it is the 28th in other years.
    """
    years = count(today.year if last is None else max(today.year, last.year + 1))
    days = (add_months(birthday, 12 * (year - birthday.year)) for year in years)
    return next(day for day in days if day >= today and day - entered_on >= ENTERED_BEFORE)


def birthday_due_at(
    birthday: date, entered_at: datetime, last: date | None, now: datetime, zone: ZoneInfo
) -> datetime:
    """The beginning of that local day."""
    day = next_birthday(birthday, local_day(entered_at, zone), last, local_day(now, zone))
    return at_local_time(day, time.min, zone)
