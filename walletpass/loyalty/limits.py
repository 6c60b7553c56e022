"""Limits against mistakes and fraud. Each says what staff are told: what was too much, and when it goes again."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from walletpass.loyalty.program import Limits
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit

_NO_LIMIT = sys.maxsize
LATELY = timedelta(minutes=1)
"""How far limits look back that are told by the minute."""
_A_SECOND = timedelta(seconds=1)


class Burst(msgspec.Struct, frozen=True):
    """What was given within the last minute."""

    count: int = 0
    since: datetime | None = None
    """When the oldest of it was."""


class Recent(msgspec.Struct, frozen=True):
    """What was given lately: bounded facts, never the whole history."""

    last_at: datetime | None = None
    """To this card."""
    today: int = 0
    """Units, to this card, since the local day began; less what was taken back."""
    of_card: Burst = Burst()
    of_shop: Burst = Burst()


def is_repeat(limits: Limits, recent: Recent, now: datetime) -> bool:
    """Whether the same now is the last thing once more: a double trigger of the scanner, not a second visit."""
    return _since_last(recent, now) < timedelta(seconds=limits.repeat_window)


def refuse_excess(
    limits: Limits, recent: Recent, adding: int, now: datetime, *, override: bool = False
) -> None:
    """`override`: staff gave a reason to stamp again within the cool-down; the other limits stay.

    Raises Refusal: bad_quantity, few_left_today, too_many_at_once, too_soon, too_many_today, busy_card, busy_shop.
    """
    if adding < 1:
        raise Refusal("bad_quantity")
    left = limits.most_per_day - recent.today
    if 0 < left < adding <= limits.most_per_scan:
        raise Refusal("few_left_today", today=recent.today, most=limits.most_per_day, left=left)
    _refuse(_OF_STAMPS + _OF_A_MINUTE, limits, recent, adding, now)
    # Last: nobody is asked for a reason for what another limit refuses then.
    if _since_last(recent, now) < timedelta(seconds=limits.cool_down) and not override:
        raise Refusal("too_soon", seconds=max(0, _since_last(recent, now) // _A_SECOND))


def refuse_unproved(limits: Limits, recent: Recent, stamps: int, now: datetime) -> None:
    """Of a purchase that brings so many: with the number of a bill, each is counted once and needs no limit.

    Raises Refusal: bill_needed, busy_card, busy_shop.
    """
    if stamps and recent.today + stamps > limits.most_per_day:
        raise Refusal("bill_needed", most=limits.most_per_day)
    _refuse(_OF_A_MINUTE, limits, recent, stamps, now)


def most_alone(limits: Limits, unit: Unit) -> int | None:
    """So many one person gives or takes by hand on one card and day; None: any number."""
    return {Unit.STAMPS: limits.most_stamps_alone, Unit.POINTS: limits.most_points_alone}[unit]


@dataclass(frozen=True, slots=True)
class _Limit:
    code: str
    most: Callable[[Limits], int]
    reached: Callable[[Recent, int], int]
    """With what is asked for now."""
    burst: Callable[[Recent], Burst] | None = None

    def wait(self, recent: Recent, now: datetime) -> dict[str, int]:
        """Seconds until it goes again, at least one."""
        since = self.burst(recent).since if self.burst else None
        if since is None:
            return {}
        return {"seconds": max(1, -((now - since - LATELY) // _A_SECOND))}


_OF_STAMPS = (
    _Limit("too_many_at_once", lambda limits: limits.most_per_scan, lambda _, adding: adding),
    _Limit(
        "too_many_today", lambda limits: limits.most_per_day, lambda recent, adding: recent.today + adding
    ),
)
_OF_A_MINUTE = (
    _Limit(
        "busy_card",
        lambda limits: limits.per_card_per_minute,
        lambda recent, _: recent.of_card.count + 1,
        lambda recent: recent.of_card,
    ),
    _Limit(
        "busy_shop",
        lambda limits: limits.per_shop_per_minute or _NO_LIMIT,
        lambda recent, _: recent.of_shop.count + 1,
        lambda recent: recent.of_shop,
    ),
)


def _refuse(which: Sequence[_Limit], limits: Limits, recent: Recent, adding: int, now: datetime) -> None:
    for limit in which:
        if limit.reached(recent, adding) > limit.most(limits):
            raise Refusal(limit.code, most=limit.most(limits), **limit.wait(recent, now))


def _since_last(recent: Recent, now: datetime) -> timedelta:
    return now - recent.last_at if recent.last_at else timedelta.max
