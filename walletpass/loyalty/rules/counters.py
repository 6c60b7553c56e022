"""How often a rule gives a member something in a period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from walletpass.loyalty.earn_rules import EarnRule, Period, RuleLimit, Trigger

Counts = Mapping[tuple[str, date], int]
"""(Rule id, first local day of the period) -> times. What is missing is 0."""

_STARTS: Mapping[Period, Callable[[date], date]] = {
    Period.DAY: lambda day: day,
    Period.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Period.MONTH: lambda day: day.replace(day=1),
    Period.YEAR: lambda day: day.replace(month=1, day=1),
    Period.EVER: lambda day: date.min,
}


_ONCE = RuleLimit(1, Period.EVER)
_GIVES_ONCE = (Trigger.WELCOME, Trigger.SHARE)
"""Where the rule has no limit of its own: each campaign to be shared is a rule."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule gave something (1), or that was taken back (-1)."""

    rule: str
    period_start: date
    by: int = 1


def period_start(period: Period, day: date) -> date:
    """First day of the day, week (Monday), month or year; of EVER, the first day there is."""
    return _STARTS[period](day)


def limit_of(rule: EarnRule) -> RuleLimit | None:
    return rule.limit or (_ONCE if rule.trigger in _GIVES_ONCE else None)


def is_used_up(rule: EarnRule, day: date, counts: Counts) -> bool:
    limit = limit_of(rule)
    return limit is not None and counts.get((rule.id, period_start(limit.period, day)), 0) >= limit.count
