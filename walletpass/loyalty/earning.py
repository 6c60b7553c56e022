"""What a stamp does to a card."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands when a stamp arrives: bounded facts, never the whole history."""

    stamps: int
    """On the present card: 0 … goal - 1, or more when a later version made the card smaller."""
    last_stamped_at: datetime | None = None
    stamped_today: int = 0


@dataclass(frozen=True, slots=True)
class Stamping:
    """The decision: lines to append and rewards to issue, in order."""

    lines: tuple[Line, ...]
    rewards: tuple[Milestone, ...]
    stamps: int
    """On the card afterwards."""


def is_repeat(program: Program, standing: Standing, now: datetime) -> bool:
    """Whether this scan is the last one once more: a double trigger of the scanner, not a second visit."""
    return _since_last(standing, now) < timedelta(seconds=program.limits.repeat_window)


def decide_stamps(
    program: Program, standing: Standing, adding: int, now: datetime, *, override: bool = False
) -> Stamping:
    """Add stamps. `override`: staff gave a reason to stamp again within the cool-down.

    Every milestone that is reached or passed gives its reward, in order; stamps above the last one go on to
    the next card, so a card never blocks. Raises Refusal: bad_quantity, too_many_at_once, too_soon,
    too_many_today.
    """
    _guard(program, standing, adding, now, override)
    lines = [Line(EntryKind.EARN, adding)]
    rewards: list[Milestone] = []
    # A later version may have made the card smaller than what is already on it: its last reward is then due.
    stamps = min(standing.stamps, program.goal - 1)
    reached = standing.stamps + adding
    while True:
        rewards += [m for m in program.milestones if stamps < m.at <= reached]
        if reached < program.goal:
            return Stamping(tuple(lines), tuple(rewards), reached)
        lines.append(Line(EntryKind.CONVERT, -program.goal))
        stamps, reached = 0, reached - program.goal


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the programme's present local day began."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _guard(program: Program, standing: Standing, adding: int, now: datetime, override: bool) -> None:
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
