"""When a birthday brings a credit: once a year, and not to who has just made one up."""

from datetime import date, timedelta
from itertools import count

from walletpass.loyalty.local_days import add_months

ENTERED_BEFORE = timedelta(days=30)
"""A date that was entered later than so long before the day counts from the next year on."""


def next_birthday(birthday: date, entered_on: date, last: date | None, today: date) -> date:
    """The next day that brings a credit, today included; `last` is the latest that did.

    Of 29 February it is the 28th in other years.
    """
    years = count(today.year if last is None else max(today.year, last.year + 1))
    days = (add_months(birthday, 12 * (year - birthday.year)) for year in years)
    return next(day for day in days if day >= today and day - entered_on >= ENTERED_BEFORE)
