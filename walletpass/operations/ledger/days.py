"""Counters of single days, by which limits and tiers are decided, against what they count."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.operations.ledger.page import Written
from walletpass.operations.ledger.rules import Rules
from walletpass.operations.posting.outcome import Done

_SUMS = ("stamps", "points", "spend_minor")
_VISITS = (Done.STAMPED, Done.EARNED)


def judge_days(written: Written, earned: Sequence[Any], rules: Rules) -> Iterator[Breach]:
    """A card from before there were such counters is left out. `earned`: see `list_earned`."""
    if not written.entries or written.entries[0].hash is None:
        return
    summed = _sum(written, earned, rules)
    kept = {row.day: row for row in written.days}
    for day in sorted(kept.keys() | summed.keys()):
        for name in _SUMS:
            value = getattr(kept[day], name) if day in kept else 0
            if value != summed[day][name]:
                what = f"{name} of {day} is {value}, by the ledger {summed[day][name]}"
                yield Breach(Invariant.FOLLOWS, what)
    visits = sum(row.visits for row in written.days)
    made = sum(each.kind in _VISITS and each.undone_at is None for each in written.activities)
    if visits != made:
        yield Breach(Invariant.FOLLOWS, f"{visits} visits are counted, {made} were made")


def _sum(written: Written, earned: Sequence[Any], rules: Rules) -> Mapping[date, Counter[str]]:
    """By the local day on which it happened, or what it takes back did."""
    happened = _date(written.activities)
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for entry in earned:
        at = happened.get(entry.activity_id, entry.recorded_at)
        days[rules.day_of(entry.program_version_id, at)][entry.unit] += entry.quantity
    newest = written.entries[-1].program_version_id
    for each in written.activities:
        if each.eligible_minor:
            days[rules.day_of(newest, happened[each.id])]["spend_minor"] += each.eligible_minor
    return days


def _date(activities: Sequence[Any]) -> Mapping[int, datetime]:
    """By the ids of activities."""
    happened = {each.id: each.happened_at for each in activities}
    for each in activities:
        happened[each.id] = happened.get(each.takes_back, each.happened_at)
    return happened
