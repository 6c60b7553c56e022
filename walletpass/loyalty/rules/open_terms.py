"""Which rules of a program are open to an activity, as terms."""

from collections.abc import Iterator, Mapping
from datetime import date
from operator import attrgetter

import msgspec

from walletpass.loyalty.earn_rules import EarnRule, Side, Trigger
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Program, ProgramKind
from walletpass.loyalty.rules.activity import Activity
from walletpass.loyalty.rules.conditions import are_met
from walletpass.loyalty.rules.counters import Counts, is_used_up, limit_of, period_start
from walletpass.loyalty.rules.terms import Factor, Offer, Terms
from walletpass.loyalty.units import Unit

EARNED = (Trigger.VISIT, Trigger.AMOUNT, Trigger.ITEM, Trigger.BOOKING)
"""By the business itself; everything else is a bonus."""


class RuleStanding(msgspec.Struct, frozen=True):
    """What rules know of an account: bounded, never its history."""

    carried: Mapping[str, int] = {}
    """Rule id -> minor units left over from before."""
    counts: Counts = {}
    """Of the rules with a limit, for the periods that the activity lies in."""


def earns_by_coming(program: Program) -> bool:
    """Whether a visit without a bill can bring anything."""
    stamped_by_hand = program.kind is not ProgramKind.POINTS
    return stamped_by_hand or any(rule.trigger is Trigger.VISIT for rule in program.earn)


def open_terms(program: Program, activity: Activity, standing: RuleStanding, unit: Unit) -> Terms:
    day = local_day(activity.occurred_at, program.zone)
    rules = sorted((rule for rule in program.earn if rule.unit is unit), key=attrgetter("id"))
    open_rules = [rule for rule in rules if _is_open(program, rule, activity, standing, day)]
    offers = [_offer(rule, activity, standing, day) for rule in open_rules if _is_asked_for(rule, activity)]
    if _is_plain_stamping(program, rules, activity, unit):
        offers.append(Offer("", Trigger.VISIT, units=1))
    factors = [_factor(rule, day) for rule in open_rules if rule.trigger is Trigger.TIME_MULTIPLIER]
    return Terms(tuple(offers), (*factors, *_factor_of_tier(program, activity)), program.multiplier_ceiling)


def _is_open(program: Program, rule: EarnRule, activity: Activity, standing: RuleStanding, day: date) -> bool:
    met = are_met(rule.conditions, activity, program.zone)
    return met and not is_used_up(rule, day, standing.counts)


def _is_asked_for(rule: EarnRule, activity: Activity) -> bool:
    if rule.trigger not in activity.triggers or activity.rule not in ("", rule.id):
        return False
    if rule.trigger is not Trigger.REFERRAL:
        return True
    return rule.event is activity.event and rule.side in (Side.BOTH, activity.side)


def _is_plain_stamping(program: Program, rules: list[EarnRule], activity: Activity, unit: Unit) -> bool:
    """No rule says what such an activity earns, so that staff say how many stamps it is."""
    answers = any(rule.trigger in activity.triggers for rule in rules if rule.trigger in EARNED)
    stamps = unit is Unit.STAMPS and program.kind is not ProgramKind.POINTS
    return stamps and Trigger.VISIT in activity.triggers and not answers and not activity.rule


def _offer(rule: EarnRule, activity: Activity, standing: RuleStanding, day: date) -> Offer:
    bought = activity.basket.items
    return Offer(
        rule=rule.id,
        trigger=rule.trigger,
        name=rule.name,
        units=rule.units,
        per_minor=rule.per_minor,
        items={item: units for item, units in rule.items.items() if item in bought},
        by_item=rule.trigger is Trigger.ITEM or bool(rule.items),
        carry=rule.carry,
        carried=standing.carried.get(rule.id, 0) if rule.carry else 0,
        minimum_minor=rule.conditions.minimum_minor,
        priority=rule.priority,
        exclusive=rule.exclusive,
        reward=rule.reward,
        referrer=rule.trigger is Trigger.REFERRAL and activity.side is Side.REFERRER,
        counted_from=_counted_from(rule, day),
    )


def _factor(rule: EarnRule, day: date) -> Factor:
    return Factor(
        rule=rule.id,
        percent=rule.factor,
        name=rule.name,
        minimum_minor=rule.conditions.minimum_minor,
        priority=rule.priority,
        exclusive=rule.exclusive,
        counted_from=_counted_from(rule, day),
    )


def _factor_of_tier(program: Program, activity: Activity) -> Iterator[Factor]:
    for tier in program.tier_plan.tiers:
        if tier.id == activity.tier and tier.factor != 100:
            yield Factor("", tier.factor, tier.name)


def _counted_from(rule: EarnRule, day: date) -> date | None:
    limit = limit_of(rule)
    return period_start(limit.period, day) if limit else None
