"""What qualifies for a tier: what was done within a window, never what can be spent."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from walletpass.loyalty.local_days import add_months
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.tier_rules import Measure, TierPlan, Window
from walletpass.loyalty.units import Unit

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a member did, less what was taken back."""

    visits: int = 0
    units: int = 0
    """Earned, not what is left of them."""
    spend_minor: int = 0


@dataclass(frozen=True, slots=True)
class DayCount:
    """The same, of one local day."""

    day: date
    visits: int = 0
    units: int = 0
    spend_minor: int = 0


def qualifying_unit(kind: ProgramKind) -> Unit:
    """Which units count where units qualify."""
    return Unit.STAMPS if kind is ProgramKind.STAMPS else Unit.POINTS


def read_measure(plan: TierPlan, counts: Counts | DayCount) -> int:
    return _READ[plan.measure](counts)


def measure(plan: TierPlan, days: Iterable[DayCount], lifetime: Counts, today: date) -> int:
    """What counts towards the next tier in the window whose last day is `today`.

    A rolling year ends with today and begins after the same date last year: 365 days, or 366.
    """
    if plan.window is Window.LIFETIME:
        return read_measure(plan, lifetime)
    return _sum(plan, days, opened_on(plan, today), today)


def measure_held(plan: TierPlan, days: Iterable[DayCount], lifetime: Counts, today: date) -> int:
    """What the present tier rests on.

    By calendar years it is kept by the past year as well as by the present one: on 1 January nobody has been
    anywhere yet. `days` must reach back to `judged_since`.
    """
    days = list(days)
    so_far = measure(plan, days, lifetime, today)
    if plan.window is not Window.CALENDAR_YEAR:
        return so_far
    began = judged_since(plan, today)
    return max(so_far, _sum(plan, days, began, date(began.year, 12, 31)))


def judged_since(plan: TierPlan, today: date) -> date:
    """The first day that matters to a tier held today."""
    if plan.window is Window.CALENDAR_YEAR:
        return date(today.year - 1, 1, 1)
    return opened_on(plan, today)


def counts_until(plan: TierPlan, days: Iterable[DayCount], today: date) -> date | None:
    """The last day on which all that counts today still does; None: it does for ever."""
    if plan.window is Window.LIFETIME:
        return None
    if plan.window is Window.CALENDAR_YEAR:
        return date(today.year, 12, 31)
    opened = opened_on(plan, today)
    counting = (each.day for each in days if opened <= each.day <= today and read_measure(plan, each))
    return leaves_on(min(counting, default=today)) - _A_DAY


def leaves_on(day: date) -> date:
    """The first day whose rolling year is without `day`."""
    later = add_months(day, 12)
    return later if later.day == day.day else later + _A_DAY


def opened_on(plan: TierPlan, today: date) -> date:
    """The first day of the window that ends with `today`."""
    if plan.window is Window.CALENDAR_YEAR:
        return date(today.year, 1, 1)
    return add_months(today, -12) + _A_DAY


_READ: dict[Measure, Callable[[Counts | DayCount], int]] = {
    Measure.VISITS: attrgetter("visits"),
    Measure.UNITS: attrgetter("units"),
    Measure.SPEND: attrgetter("spend_minor"),
}


def _sum(plan: TierPlan, days: Iterable[DayCount], first: date, last: date) -> int:
    return sum(read_measure(plan, each) for each in days if first <= each.day <= last)
