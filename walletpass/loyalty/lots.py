"""Lots: credits that can be used up or run out. What a debit takes from which, and what it gives back."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from walletpass.loyalty.units import Unit

_NEVER = datetime.max.replace(tzinfo=UTC)

Parts = tuple[tuple[int, int], ...]
"""Lot id and quantity, each lot at most once."""


@dataclass(frozen=True, slots=True)
class Lot:
    id: int
    unit: Unit
    original: int
    remaining: int
    """0 … original."""
    earned_on: date
    """Local day."""
    available_from: datetime | None = None
    """None: at once."""
    expires_at: datetime | None = None
    """The instant at which it is gone; None: never. Of a lot that rolls: not before this."""
    rolls: bool = False
    """It lasts to the account's rolling date, which one write moves for all of them."""
    latest_at: datetime | None = None
    """However far the rolling date moves."""


@dataclass(frozen=True, slots=True)
class Allocation:
    parts: Parts
    missing: int
    """What no lot could pay."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """Where units go that are given back; together they are the quantity given back."""

    absorbed: int
    """Paid off the deficit."""
    parts: Parts
    """Back into the lots they came from."""
    anew: int
    """Into a new lot, because theirs have run out meanwhile."""


def end_of(lot: Lot, rolling: datetime | None) -> datetime | None:
    """The instant at which the lot is gone; None: never. `rolling`: the account's date for this unit."""
    if not lot.rolls:
        return lot.expires_at
    rolled = min(rolling, lot.latest_at or rolling) if rolling else None
    return max(filter(None, (rolled, lot.expires_at)), default=None)


def has_begun(lot: Lot, now: datetime) -> bool:
    return lot.available_from is None or lot.available_from <= now


def has_ended(lot: Lot, now: datetime, rolling: datetime | None) -> bool:
    end = end_of(lot, rolling)
    return end is not None and end <= now


def find_ended(lots: Iterable[Lot], now: datetime, rolling: datetime | None) -> tuple[Lot, ...]:
    """What has run out with something left: an `expire` entry each, before anything else is posted.

    A rolling date may be moved only after that, or it would revive them.
    """
    return tuple(lot for lot in lots if lot.remaining and has_ended(lot, now, rolling))


def allocate(
    lots: Iterable[Lot], quantity: int, now: datetime, rolling: datetime | None, first: int | None = None
) -> Allocation:
    """Which lots of one unit pay a debit: soonest end first, then the oldest; what never ends goes last.

    What has ended was posted before (`find_ended`). A lot that had ended when it was opened pays for what came with it:
    a purchase from before the end, told late, still brings its reward.

    `first`: id of the lot that an earn opened which is now reversed. It pays before all others, also while its
    units cannot be used yet.
    """

    def turn(lot: Lot) -> tuple[bool, datetime, int]:
        return lot.id != first, end_of(lot, rolling) or _NEVER, lot.id

    parts: list[tuple[int, int]] = []
    ready = (lot for lot in lots if has_begun(lot, now) or lot.id == first)
    for lot in sorted(ready, key=turn):
        taken = min(lot.remaining, quantity)
        if taken:
            parts.append((lot.id, taken))
            quantity -= taken
    return Allocation(tuple(parts), quantity)


def absorb(quantity: int, deficit: int) -> int:
    """How much of a new credit a deficit takes at once."""
    return min(quantity, deficit)


def restore(
    parts: Parts, lots: Iterable[Lot], now: datetime, rolling: datetime | None, deficit: int = 0
) -> Restoration:
    """Give back what a debit took: `parts` is its allocation, `lots` all lots named there, also empty ones.

    A deficit is paid off first, from what would run out soonest.
    """
    by_id = {lot.id: lot for lot in lots}
    absorbed = left = absorb(sum(quantity for _, quantity in parts), deficit)
    back: list[tuple[int, int]] = []
    anew = 0
    for lot_id, quantity in sorted(parts, key=lambda part: end_of(by_id[part[0]], rolling) or _NEVER):
        paid = min(quantity, left)
        left -= paid
        if has_ended(by_id[lot_id], now, rolling):
            anew += quantity - paid
        elif quantity > paid:
            back.append((lot_id, quantity - paid))
    return Restoration(absorbed, tuple(back), anew)


def available(lots: Iterable[Lot], now: datetime, rolling: datetime | None, deficit: int = 0) -> int:
    """What can be used now; negative while a deficit waits for credits."""
    usable = (lot for lot in lots if has_begun(lot, now) and not has_ended(lot, now, rolling))
    return sum(lot.remaining for lot in usable) - deficit


def pending(lots: Iterable[Lot], now: datetime) -> int:
    """What was earned and can be used later."""
    return sum(lot.remaining for lot in lots if not has_begun(lot, now))


def list_ends(lots: Iterable[Lot], rolling: datetime | None) -> list[tuple[datetime, int]]:
    """How many units run out when, soonest first; also those that have, where that is not posted yet."""
    ends: Counter[datetime] = Counter()
    for lot in lots:
        at = end_of(lot, rolling)
        if at and lot.remaining:
            ends[at] += lot.remaining
    return sorted(ends.items())
