"""Days of a program's zone: when they begin, and counting them on and back."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from walletpass.loyalty.expiry_policy import Duration


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter. `months` may be negative."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def add_duration(day: date, duration: Duration) -> date:
    return add_months(day, duration.months) + timedelta(days=duration.days)


def subtract_duration(day: date, duration: Duration) -> date:
    return add_months(day, -duration.months) - timedelta(days=duration.days)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    # In UTC before it is looked up: elsewhere the two readings of an hour that comes twice count as equal.
    return _local_day(at if at.tzinfo is UTC else at.astimezone(UTC), zone)


@lru_cache(maxsize=64)  # one posting asks for the day of its instant again and again
def _local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def at_local_time(day: date, local: time, zone: ZoneInfo) -> datetime:
    """That instant, in UTC. Of a time that the clock skips: as if it had not; of one that comes twice: the first.

    A day without midnight begins where its clock begins: 00:00 on the clock of the day before is that instant.
    """
    return datetime.combine(day, local, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the next local day begins: the first that no longer belongs to this one."""
    return at_local_time(day + timedelta(days=1), time.min, zone)
