"""When a card may be stamped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands when a stamp arrives: bounded facts, never the whole history."""

    stamps: int
    """On the present card: 0 … goal - 1, or more when a later version made the card smaller."""
    last_stamped_at: datetime | None = None
    stamped_today: int = 0


def is_repeat(program: Program, standing: Standing, now: datetime) -> bool:
    """Whether this scan is the last one once more: a double trigger of the scanner, not a second visit."""
    return _since_last(standing, now) < timedelta(seconds=program.limits.repeat_window)


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the programme's present local day began."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def guard_stamps(
    program: Program, standing: Standing, adding: int, now: datetime, *, override: bool = False
) -> None:
    """`override`: staff gave a reason to stamp again within the cool-down.

    Raises Refusal: bad_quantity, too_many_at_once, too_soon, too_many_today.
    """
    limits = program.limits
    if adding < 1:
        raise Refusal("bad_quantity")
    if adding > limits.most_per_scan:
        raise Refusal("too_many_at_once", most=limits.most_per_scan)
    since = _since_last(standing, now)
    if since < timedelta(seconds=limits.cool_down) and not override:
        raise Refusal("too_soon", seconds=max(0, int(since.total_seconds())))
    if standing.stamped_today + adding > limits.most_per_day:
        raise Refusal("too_many_today", most=limits.most_per_day)


def _since_last(standing: Standing, now: datetime) -> timedelta:
    return now - standing.last_stamped_at if standing.last_stamped_at else timedelta.max
