"""Which tier a member has, and when it changes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from zoneinfo import ZoneInfo

from walletpass.loyalty.local_days import end_of_day, local_day
from walletpass.loyalty.tier_measures import DayCount, leaves_on, opened_on, read_measure
from walletpass.loyalty.tier_rules import TierPlan, TierRule, Window

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Membership:
    """A member's tier: the present one or, with an empty one, none any more."""

    tier: str
    """Id."""
    since: datetime
    held_through: date | None = None
    """Last local day of the period that it is held for; None: it has no such day."""
    ends_at: datetime | None = None
    """Notice was given: it ends then, unless enough is measured before."""
    manual: bool = False
    """Given by staff: through its last day, else for ever; what is measured can only raise it."""
    rewarded: frozenset[str] = frozenset()
    """Tiers whose entry reward this member has had."""
    returned: frozenset[str] = frozenset()
    """Tiers whose entry reward went back with the purchase that brought it."""


class Step(StrEnum):
    RAISED = "raised"
    KEPT = "kept"
    """For another period, or because a notice no longer holds."""
    NOTICED = "noticed"
    """The member is to be told that it ends."""
    LOWERED = "lowered"


@dataclass(frozen=True, slots=True)
class TierChange:
    step: Step
    membership: Membership
    """As it is from now on."""
    reward: str = ""
    """Id of the template of the entry reward that is due."""


def decide_tier(
    plan: TierPlan, present: Membership | None, held: int, now: datetime, zone: ZoneInfo
) -> TierChange | None:
    """What changes, if anything; `held` is of `measure_held`, and `present` None of a member who never had a tier.

    Up at once, to the highest tier reached. Down only when the period is over, after a notice and the plan's
    days of grace. What staff gave ends with its last day: that was known from the beginning.
    """
    before = present or Membership("", now)
    today = local_day(now, zone)
    reached = max((tier for tier in plan.tiers if tier.at <= held), key=attrgetter("at"), default=None)
    tier = reached.id if reached else ""
    if _rank(plan, tier) > _rank(plan, before.tier):
        return _enter(plan, before, Membership(tier, now, _period_end(plan, today)), Step.RAISED)
    if not before.tier or _is_fixed(plan, before, today):
        return None
    if tier == before.tier:
        return _keep(plan, before, _period_end(plan, today))
    return _end(plan, before, tier, now, zone)


def override_tier(
    plan: TierPlan, present: Membership | None, tier: str, now: datetime, through: date | None = None
) -> TierChange:
    """Staff give a tier of the plan, or with "" take it; `through` is its last local day, if it has one."""
    before = present or Membership("", now)
    if tier and tier == before.tier:
        return TierChange(Step.KEPT, replace(before, held_through=through, ends_at=None, manual=True))
    step = Step.LOWERED if _rank(plan, tier) < _rank(plan, before.tier) else Step.RAISED
    return _enter(plan, before, Membership(tier, now, through, manual=bool(tier)), step)


def next_review(
    plan: TierPlan, present: Membership, days: Iterable[DayCount], today: date, zone: ZoneInfo
) -> datetime | None:
    """When time alone changes it next; None: only what the member does can."""
    if not present.tier:
        return None
    if present.ends_at is not None:
        return present.ends_at
    if present.held_through is not None:
        return end_of_day(present.held_through, zone)
    if present.manual or plan.window is not Window.ROLLING_YEAR:
        return None
    rule = find_tier(plan, present.tier)
    last_day = _lasts_through(plan, rule.at, days, today) if rule else None
    return end_of_day(last_day, zone) if last_day else None


def find_tier(plan: TierPlan, tier: str) -> TierRule | None:
    """None also where the plan has it no longer."""
    return next((rule for rule in plan.tiers if rule.id == tier), None)


def next_tier(plan: TierPlan, tier: str) -> TierRule | None:
    """The one above; None above the highest."""
    return next(iter(plan.tiers[_rank(plan, tier) :]), None)


def _enter(plan: TierPlan, before: Membership, after: Membership, step: Step) -> TierChange:
    rule = find_tier(plan, after.tier)
    due = rule is not None and step is Step.RAISED and rule.reward and rule.id not in before.rewarded
    if rule is None or not due:
        return TierChange(step, replace(after, rewarded=before.rewarded))
    return TierChange(step, replace(after, rewarded=before.rewarded | {rule.id}), rule.reward)


def _keep(plan: TierPlan, before: Membership, held_through: date | None) -> TierChange | None:
    kept = replace(before, held_through=held_through, ends_at=None, manual=False)
    rule = find_tier(plan, before.tier) if before.tier in before.returned else None
    reward = rule.reward if rule else ""
    return TierChange(Step.KEPT, kept, reward) if kept != before or reward else None


def _end(plan: TierPlan, before: Membership, tier: str, now: datetime, zone: ZoneInfo) -> TierChange | None:
    today = local_day(now, zone)
    if find_tier(plan, before.tier) and not before.manual:
        if before.held_through is not None and today <= before.held_through:
            return None
        if before.ends_at is None:
            ends_at = end_of_day(today + timedelta(days=plan.grace_days), zone)
            return TierChange(Step.NOTICED, replace(before, ends_at=ends_at))
        if now < before.ends_at:
            return None
    return _enter(plan, before, Membership(tier, now, _period_end(plan, today)), Step.LOWERED)


def _is_fixed(plan: TierPlan, before: Membership, today: date) -> bool:
    in_time = before.held_through is None or today <= before.held_through
    return before.manual and in_time and find_tier(plan, before.tier) is not None


def _lasts_through(plan: TierPlan, least: int, days: Iterable[DayCount], today: date) -> date | None:
    """The last day whose rolling year has as much as that, if nothing is added."""
    opened = opened_on(plan, today)
    counting = sorted((each for each in days if opened <= each.day <= today), key=attrgetter("day"))
    left = sum(read_measure(plan, each) for each in counting)
    for each in counting:
        left -= read_measure(plan, each)
        if left < least:
            return leaves_on(each.day) - _A_DAY
    return None


def _rank(plan: TierPlan, tier: str) -> int:
    """0 without a tier, also where the plan has it no longer."""
    return next((rank for rank, rule in enumerate(plan.tiers, 1) if rule.id == tier), 0)


def _period_end(plan: TierPlan, today: date) -> date | None:
    return date(today.year, 12, 31) if plan.window is Window.CALENDAR_YEAR else None
