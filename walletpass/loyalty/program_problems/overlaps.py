"""Whether conditions can ever hold, and two sets of them at the same moment."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, time
from itertools import product
from typing import Any

from walletpass.loyalty.earn_rules import Conditions

_DAY = 24 * 60 * 60
_WEEK = 7 * _DAY
_EVERY_DAY = range(1, 8)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def is_empty(conditions: Conditions) -> bool:
    """Whether no time of the day is left by them."""
    start, end = _window(conditions)
    return start == end


def can_meet(one: Conditions, other: Conditions) -> bool:
    """An amount that is enough for both always exists."""
    return (
        _share(one.location_ids, other.location_ids)
        and _share(one.tiers, other.tiers)
        and _period(one)[0] < _period(other)[1]
        and _period(other)[0] < _period(one)[1]
        and any(a[0] < b[1] and b[0] < a[1] for a, b in product(_hours(one), _hours(other)))
    )


def _share(one: Collection[Any], other: Collection[Any]) -> bool:
    return not one or not other or not set(one).isdisjoint(other)


def _period(conditions: Conditions) -> tuple[datetime, datetime]:
    return conditions.begins_at or _FIRST, conditions.ends_at or _LAST


def _hours(conditions: Conditions) -> Iterator[tuple[int, int]]:
    """Seconds of the week. What runs over midnight belongs to the day on which it began, Sunday's to next Monday."""
    start, end = _window(conditions)
    long = (end - start) % _DAY or (_DAY if end != start else 0)
    for weekday in conditions.weekdays or _EVERY_DAY:
        begins = (weekday - 1) * _DAY + start
        yield begins, min(begins + long, _WEEK)
        yield 0, begins + long - _WEEK


def _window(conditions: Conditions) -> tuple[int, int]:
    """Seconds of the day."""
    return _second(conditions.start, 0), _second(conditions.end, _DAY)


def _second(at: time | None, otherwise: int) -> int:
    return otherwise if at is None else at.hour * 3600 + at.minute * 60 + at.second
