"""Whether a rule is open to an activity: where, when and for whom. What was spent is looked at later."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.earn_rules import Conditions
from walletpass.loyalty.rules.activity import Activity


def are_met(conditions: Conditions, activity: Activity, zone: ZoneInfo) -> bool:
    """All but `minimum_minor`."""
    return (
        (not conditions.location_ids or activity.location_id in conditions.location_ids)
        and (not conditions.tiers or activity.tier in conditions.tiers)
        and (conditions.begins_at is None or activity.occurred_at >= conditions.begins_at)
        and (conditions.ends_at is None or activity.occurred_at < conditions.ends_at)
        and _in_hours(conditions, activity.occurred_at.astimezone(zone))
    )


def _in_hours(conditions: Conditions, local: datetime) -> bool:
    day = find_window_day(conditions.start, conditions.end, local)
    return day is not None and (not conditions.weekdays or day.isoweekday() in conditions.weekdays)


def find_window_day(start: time | None, end: time | None, local: datetime) -> date | None:
    """The day on which the window began that this local time lies in, if it does.

    What the wall clock shows is what counts: an hour that comes twice is inside both times, one that is skipped
    was never there. Friday 22:00 to 02:00 is Friday's, also on Saturday at one.
    """
    begins, clock = start or time.min, local.time()
    if end is None or begins < end:
        return local.date() if begins <= clock and (end is None or clock < end) else None
    if clock >= begins:
        return local.date()
    return local.date() - timedelta(days=1) if clock < end else None
