"""Telling members in time that units run out: which warning is due, and when to look again."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from walletpass.loyalty.durations import spell_duration
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_policy import ExpiryPolicy
from walletpass.loyalty.local_days import at_local_time, local_day, subtract_duration
from walletpass.loyalty.lots import End

_TOLD_AT = time(10)
"""Local. Nobody wants to be told at midnight."""

Used = Collection[tuple[datetime, str]]
"""Warnings sent: end and offset, as ExpiryWarning has them."""


@dataclass(frozen=True, slots=True)
class ExpiryWarning:
    expires_at: datetime
    quantity: int
    offset: str
    """Before the last valid day, as ISO 8601."""


def next_moment(ends: Iterable[End], policy: ExpiryPolicy, zone: ZoneInfo, used: Used) -> datetime | None:
    """When something has to be done about units of one kind: a warning to send or an end to post.

    It lies in the past where that was not done in time. None: nothing will run out.
    """
    return min((min([end.at, *_open(end, policy, zone, used)]) for end in ends), default=None)


def due_warnings(
    ends: Iterable[End], policy: ExpiryPolicy, zone: ZoneInfo, now: datetime, used: Used
) -> tuple[ExpiryWarning, ...]:
    """What to send now, at most one for each end: of several that are late, only the last is still worth reading.

    Once sent it is used, and so are all that were due before it.
    """
    due = ((end, _latest_due(end, policy, zone, now, used)) for end in ends if end.at > now)
    return tuple(ExpiryWarning(end.at, end.quantity, offset) for end, offset in due if offset)


def last_note_at(expires_at: datetime, zone: ZoneInfo) -> datetime:
    """When to tell that units have run out: in the morning after their last day."""
    return at_local_time(local_day(expires_at, zone), _TOLD_AT, zone)


def _latest_due(end: End, policy: ExpiryPolicy, zone: ZoneInfo, now: datetime, used: Used) -> str | None:
    due = {moment: offset for moment, offset in _open(end, policy, zone, used).items() if moment <= now}
    return due[max(due)] if due else None


def _open(end: End, policy: ExpiryPolicy, zone: ZoneInfo, used: Used) -> dict[datetime, str]:
    """Moment -> offset of those that come after the last one sent; two offsets that mean one day are one."""
    moments = tuple(_moments(end, policy, zone))
    sent = max((moment for moment, offset in moments if (end.at, offset) in used), default=None)
    return {moment: offset for moment, offset in moments if sent is None or moment > sent}


def _moments(end: End, policy: ExpiryPolicy, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    last = last_valid_day(end.at, zone)
    set_on = _set_on(end, last, policy)
    for offset in policy.warnings:
        day = subtract_duration(last, offset)
        if day > set_on:
            yield at_local_time(day, _TOLD_AT, zone), spell_duration(offset)


def _set_on(end: End, last: date, policy: ExpiryPolicy) -> date:
    """The day on which that end came about; what would have been warned of until then is skipped.

    A rolling date came about when it was moved last, long after the oldest units were earned.
    """
    rolled_on = subtract_duration(last, policy.duration) if policy.rolls else end.since
    return max(end.since, rolled_on)
