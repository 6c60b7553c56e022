"""Telling members in time that units run out: which warning is due, and when to look again."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from walletpass.loyalty.durations import spell_duration
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_policy import ExpiryPolicy
from walletpass.loyalty.local_days import at_local_time, local_day, subtract_duration
from walletpass.loyalty.lots import Lot, end_of, list_ends

_TOLD_AT = time(10)
"""Local. Nobody wants to be told at midnight."""

Used = Collection[tuple[datetime, str]]
"""Warnings sent: `expires_at` and `offset` of each."""


@dataclass(frozen=True, slots=True)
class ExpiryWarning:
    expires_at: datetime
    quantity: int
    offset: str
    """Before the last valid day, as ISO 8601."""


def next_moment(
    ends: Iterable[tuple[datetime, int]], policy: ExpiryPolicy, zone: ZoneInfo, now: datetime, used: Used
) -> datetime | None:
    """When to look again after units of one kind, given how many run out when: to warn, or to post their end.

    In the past where an end was not posted in time; None: nothing runs out.
    """
    return min((_next(at, policy, zone, now, used) for at, quantity in ends if quantity), default=None)


def due_warnings(
    lots: Sequence[Lot],
    rolling: datetime | None,
    policy: ExpiryPolicy,
    zone: ZoneInfo,
    now: datetime,
    used: Used,
) -> tuple[ExpiryWarning, ...]:
    """What to send now about lots of one unit, at most one warning for each end.

    Of several that are late, only the last is still worth reading. Once sent it is used, and with it all that
    were due before. What would have been due before an end came about is skipped.
    """
    oldest = _find_oldest(lots, rolling)
    due = []
    for at, quantity in list_ends(lots, rolling):
        since = oldest[at]
        if policy.rolls and at == rolling:
            # It came about when it was moved last, long after the oldest units were earned.
            since = max(since, subtract_duration(last_valid_day(at, zone), policy.duration))
        late = {
            moment: offset
            for moment, offset in _open(at, policy, zone, used)
            if since < local_day(moment, zone) and moment <= now < at
        }
        if late:
            due.append(ExpiryWarning(at, quantity, late[max(late)]))
    return tuple(due)


def last_note_at(expires_at: datetime, zone: ZoneInfo) -> datetime:
    """When to tell that units have run out: in the morning after their last day."""
    return at_local_time(local_day(expires_at, zone), _TOLD_AT, zone)


def _next(at: datetime, policy: ExpiryPolicy, zone: ZoneInfo, now: datetime, used: Used) -> datetime:
    return min((moment for moment, _ in _open(at, policy, zone, used) if moment > now), default=at)


def _open(at: datetime, policy: ExpiryPolicy, zone: ZoneInfo, used: Used) -> Iterator[tuple[datetime, str]]:
    """Moments and offsets after the last warning that was sent about that end."""
    moments = [
        (
            at_local_time(subtract_duration(last_valid_day(at, zone), offset), _TOLD_AT, zone),
            spell_duration(offset),
        )
        for offset in policy.warnings
    ]
    sent = max((moment for moment, offset in moments if (at, offset) in used), default=None)
    return ((moment, offset) for moment, offset in moments if sent is None or moment > sent)


def _find_oldest(lots: Iterable[Lot], rolling: datetime | None) -> dict[datetime | None, date]:
    """End -> local day on which the oldest units were earned that run out then."""
    oldest: dict[datetime | None, date] = {}
    for lot in lots:
        if lot.remaining:
            at = end_of(lot, rolling)
            oldest[at] = min(lot.earned_on, oldest.get(at, lot.earned_on))
    return oldest
