"""What is wrong with rules that earn, one by one and with each other."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from itertools import combinations
from typing import NamedTuple

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Trigger
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.program_problems.checks import (
    MOST_MINOR,
    MOST_UNITS,
    UNIT_WORDS,
    about,
    as_far_as_read,
    check_count,
    check_id,
    check_named,
    check_number,
    check_numbers,
    check_repeats,
    check_reward,
    check_text,
    check_texts,
    check_uses,
    find_most_factor,
    given_fields,
    shown,
)
from walletpass.loyalty.program_problems.overlaps import can_meet, is_empty
from walletpass.loyalty.rules.activity import LONGEST_ITEM
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, sentence

MOST_RULES = 100
MOST_ITEMS = 1000
_LONGEST = {"name": 60}
_MOST_PRIORITY = 1000
_MOST_TIMES = 10_000


class _Use(NamedTuple):
    """Fields of a rule."""

    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_GIFT = ("units", "reward")
_EVENT = _Use(one_of=_GIFT, may=("pending",))
_USES: Mapping[Trigger, _Use] = {
    Trigger.VISIT: _EVENT,
    Trigger.AMOUNT: _Use(needs=("units", "per_minor"), may=("carry", "reward", "pending")),
    Trigger.ITEM: _Use(needs=("items",), may=("reward", "pending")),
    Trigger.BOOKING: _Use(one_of=("units", "items", "reward"), may=("delay", "pending")),
    Trigger.TIME_MULTIPLIER: _Use(needs=("factor",)),
    Trigger.WELCOME: _EVENT,
    Trigger.CHECK_IN: _EVENT,
    Trigger.SHARE: _EVENT,
    Trigger.REFERRAL: _Use(one_of=_GIFT, may=("side", "event", "hold", "pending")),
    Trigger.BIRTHDAY: _EVENT,
    Trigger.LOYAL_TOP: _EVENT,
}
_JUDGED = tuple(dict.fromkeys(field for use in _USES.values() for group in use for field in group))
_NO_SALE = (Trigger.WELCOME, Trigger.CHECK_IN, Trigger.SHARE, Trigger.BIRTHDAY, Trigger.LOYAL_TOP)
_NO_PLACE = (Trigger.SHARE, Trigger.BIRTHDAY, Trigger.LOYAL_TOP)
_UNMET = {
    "minimum_minor": _NO_SALE,
    "location_ids": _NO_PLACE,
}
"""Condition -> triggers at which it can never hold."""
_CONTESTS = {Trigger.AMOUNT: Trigger.VISIT, Trigger.ITEM: Trigger.VISIT}
"""Rules that one sale sets off together compete for being the only one."""
_SPANS = {
    "delay": (timedelta(0), timedelta(days=30)),
    "hold": (timedelta(0), timedelta(days=366)),
    "pending": (timedelta(0), timedelta(days=366)),
}
_BOUNDS = {"per_minor": (0, MOST_MINOR), "priority": (-_MOST_PRIORITY, _MOST_PRIORITY)}


@as_far_as_read
def find_rule_problems(program: Program, location_ids: Collection[int] | None) -> Iterator[Sentence]:
    too_many = list(check_count("earn", program.earn, MOST_RULES))
    if too_many:
        yield from too_many
        return
    yield from about(sentence("Earn rules"), check_repeats(rule.id for rule in program.earn))
    for rule in program.earn:
        yield from _check_rule(program, rule, location_ids)
    for one, other in combinations(program.earn, 2):
        yield from _check_contest(one, other)


@as_far_as_read
def _check_rule(program: Program, rule: EarnRule, location_ids: Collection[int] | None) -> Iterator[Sentence]:
    named = sentence("Earn rule “%(id)s”", id=shown(rule.id))
    yield from about(named, check_id(rule.id))
    yield from about(named, check_texts(rule, _LONGEST))
    yield from about(named, _check_use(rule))
    yield from about(named, _check_unit(program, rule))
    yield from about(named, check_reward("reward", rule.reward, program))
    yield from about(named, check_numbers(rule, {**_SPANS, **_BOUNDS}))
    yield from about(named, check_number("factor", rule.factor, 1, find_most_factor(program)))
    yield from about(named, check_count("items", rule.items, MOST_ITEMS))
    yield from about(named, _check_quantities(rule))
    yield from about(named, _check_limit(rule))
    yield from about(named, _check_meaning(rule))
    yield from about(named, _check_conditions(rule.conditions))
    yield from about(named, _check_tiers(program, rule.conditions))
    yield from about(named, _check_places(rule.conditions, location_ids))
    yield from about(named, _check_hours(rule.conditions))
    yield from about(named, _check_period(rule.conditions))


@as_far_as_read
def _check_use(rule: EarnRule) -> Iterator[Sentence]:
    use = _USES[rule.trigger]
    yield from check_uses(rule, rule.trigger.value, _JUDGED, (*use.one_of, *use.may), use.needs)
    if use.one_of and not given_fields(rule).intersection(use.one_of):
        yield sentence("It gives nothing: set one of %(fields)s.", fields=", ".join(use.one_of))


@as_far_as_read
def _check_unit(program: Program, rule: EarnRule) -> Iterator[Sentence]:
    if rule.unit not in units_of(program.kind):
        yield sentence(
            "A “%(kind)s” programme has no %(unit)s.", kind=program.kind.value, unit=UNIT_WORDS[rule.unit]
        )


@as_far_as_read
def _check_quantities(rule: EarnRule) -> Iterator[Sentence]:
    most = MOST_UNITS[rule.unit]
    yield from check_number("units", rule.units, 0, most)
    for item, units in rule.items.items():
        yield from check_text("items", item, LONGEST_ITEM, needed=True)
        yield from check_number(f"items.{item}", units, 1, most)


@as_far_as_read
def _check_limit(rule: EarnRule) -> Iterator[Sentence]:
    if rule.limit is not None:
        yield from check_number("limit.count", rule.limit.count, 1, _MOST_TIMES)


@as_far_as_read
def _check_meaning(rule: EarnRule) -> Iterator[Sentence]:
    for condition in given_fields(rule.conditions):
        if rule.trigger in _UNMET.get(condition, ()):
            yield sentence(
                "“%(field)s” means nothing for “%(kind)s”.", field=condition, kind=rule.trigger.value
            )


@as_far_as_read
def _check_conditions(conditions: Conditions) -> Iterator[Sentence]:
    yield from check_numbers(conditions, {"minimum_minor": (0, MOST_MINOR)})
    for weekday in conditions.weekdays:
        yield from check_number("weekdays", weekday, 1, 7)


@as_far_as_read
def _check_tiers(program: Program, conditions: Conditions) -> Iterator[Sentence]:
    yield from check_named("tiers", conditions.tiers, {tier.id for tier in program.tier_plan.tiers})


@as_far_as_read
def _check_places(conditions: Conditions, location_ids: Collection[int] | None) -> Iterator[Sentence]:
    if location_ids is not None:
        yield from check_named("location_ids", conditions.location_ids, location_ids)


@as_far_as_read
def _check_hours(conditions: Conditions) -> Iterator[Sentence]:
    if is_empty(conditions):
        yield sentence("“start” and “end” leave no time between them.")


@as_far_as_read
def _check_period(conditions: Conditions) -> Iterator[Sentence]:
    begins_at, ends_at = conditions.begins_at, conditions.ends_at
    if begins_at is not None and ends_at is not None and ends_at <= begins_at:
        yield sentence("“%(last)s” must come after “%(first)s”.", first="begins_at", last="ends_at")


@as_far_as_read
def _check_contest(one: EarnRule, other: EarnRule) -> Iterator[Sentence]:
    if (
        one.exclusive
        and other.exclusive
        and _contest(one) == _contest(other)
        and can_meet(one.conditions, other.conditions)
    ):
        yield sentence(
            "Earn rules “%(one)s” and “%(other)s” are both exclusive, of the same priority, and can apply at "
            "the same time: give one of them a higher priority.",
            one=shown(one.id),
            other=shown(other.id),
        )


def _contest(rule: EarnRule) -> tuple[Trigger, Unit, int]:
    return _CONTESTS.get(rule.trigger, rule.trigger), rule.unit, rule.priority
