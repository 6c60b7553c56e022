"""What an activity earns by the rules of a program."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.purchases import NOON, by_amount, earn, points_of, program, purchase, rule, units_of

from walletpass.loyalty.earn_rules import (
    Conditions,
    EarnRule,
    Period,
    ReferralEvent,
    RuleLimit,
    Side,
    Trigger,
)
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import VISIT, Activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.rules.earn import decide_earn
from walletpass.loyalty.rules.open_terms import RuleStanding
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit

SPEND = by_amount(1, 100)


def factor(rule_id: str, percent: int, **more: Any) -> EarnRule:
    return rule(rule_id, Trigger.TIME_MULTIPLIER, factor=percent, **more)


def event(trigger: Trigger, **more: Any) -> Activity:
    return replace(purchase(0, triggers=frozenset({trigger})), **more)


@pytest.mark.parametrize(
    ("units", "per_minor", "spent", "points"),
    [
        (10, 100, 50000, 5000),
        (10, 100, 1999, 199),
        (10, 100, 125000, 12500),
        (1, 1000, 2190, 2),
        (1, 1000, 999, 0),
        (3, 100, 150, 4),
    ],
)
def test_an_amount_earns_by_its_rate_and_is_rounded_down(
    units: int, per_minor: int, spent: int, points: int
) -> None:
    """Ten points per euro: 500.00 is 5000, 19.99 is 199, 1250.00 is 12 500."""
    assert points_of(earn(program(by_amount(units, per_minor)), purchase(spent))) == points


@pytest.mark.parametrize(("carry", "points"), [(False, [0, 0, 0, 0]), (True, [0, 1, 0, 1])])
def test_what_is_left_under_a_step_counts_next_time_only_where_the_rule_says_so(
    carry: bool, points: list[int]
) -> None:
    """One point per 50.00; orders of 30.00, 20.00, 49.99 and 0.01 are 0 without a carry and 2 with it."""
    rules, had = program(by_amount(1, 5000, carry=carry)), []
    carried: dict[str, int] = {}
    for spent in (3000, 2000, 4999, 1):
        earned = earn(rules, purchase(spent), RuleStanding(carried))
        carried = {**carried, **earned.carried}
        had.append(points_of(earned))
    assert had == points
    assert carried == ({"spend": 0} if carry else {})


@pytest.mark.parametrize(
    ("units", "per_minor", "points", "left"), [(10, 100, 199, 9), (3, 100, 57, 99), (2, 4, 999, 1)]
)
def test_a_carry_is_kept_in_whole_minor_units(units: int, per_minor: int, points: int, left: int) -> None:
    """10 for 1.00 goes in steps of 0.10; 3 for 1.00 has no smaller step of whole cents."""
    earned = earn(program(by_amount(units, per_minor, carry=True)), purchase(1999))
    assert (points_of(earned), earned.carried) == (points, {"spend": left})


def test_an_activity_that_only_carries_on_leaves_an_entry_to_refund_by() -> None:
    *_, line = earn(program(by_amount(1, 5000, carry=True)), purchase(3000)).lines
    assert (line.kind, line.quantity, line.breakdown["carried"]) == (EntryKind.EARN, 0, 3000)


def test_items_earn_their_own_units_beside_the_amount_and_unknown_ones_nothing() -> None:
    """40.00 with items A (10) and B (20): 40 for spending, 30 for items, each an entry of its own."""
    items = rule("items", Trigger.ITEM, items={"A": 10, "B": 20, "D": 99})
    earned = earn(program(SPEND, items), purchase(4000, {"A": 1, "B": 1, "C": 1}))
    assert units_of(earned) == {"spend": 40, "items": 30}
    assert [offer.get("items") for offer in earned.lines[-1].breakdown["offers"]] == [
        {"A": 10, "B": 20},
        None,
    ]
    assert points_of(earn(program(items), purchase(0, {"A": 3}))) == 30


def test_stamps_are_what_staff_say_where_no_rule_says_what_a_visit_earns() -> None:
    by_hand = purchase(0, triggers=VISIT, basket=Basket(quantity=3))
    assert units_of(earn(program(SPEND), by_hand), Unit.STAMPS) == {"": 3}
    two = rule("visit", Trigger.VISIT, 2, unit=Unit.STAMPS)
    assert units_of(earn(program(two), by_hand), Unit.STAMPS) == {"visit": 6}
    per_tenner = by_amount(1, 1000, unit=Unit.STAMPS)
    assert units_of(earn(program(per_tenner), purchase(2500)), Unit.STAMPS) == {"spend": 2}


def test_a_purchase_of_a_mixed_program_earns_stamps_and_points() -> None:
    earned = earn(program(SPEND), purchase(1240))
    assert [(line.unit, line.quantity) for line in earned.lines] == [(Unit.STAMPS, 1), (Unit.POINTS, 12)]


def test_an_appointment_earns_by_service_or_the_same_for_all() -> None:
    flat = rule("any", Trigger.BOOKING, 5)
    by_service = rule("services", Trigger.BOOKING, items={"cut": 20})
    kept = event(Trigger.BOOKING, basket=Basket(items={"cut": 1, "wash": 1}))
    assert units_of(earn(program(flat, by_service), kept)) == {"any": 5, "services": 20}
    assert units_of(earn(program(flat, by_service), replace(kept, rule="any"))) == {"any": 5}


@pytest.mark.parametrize("trigger", [Trigger.WELCOME, Trigger.BIRTHDAY, Trigger.SHARE, Trigger.LOYAL_TOP])
def test_a_bonus_is_what_was_promised_whatever_the_hour(trigger: Trigger) -> None:
    """Multipliers belong to visits and purchases."""
    (line,) = earn(program(rule("x", trigger, 50), factor("happy", 200)), event(trigger)).lines
    assert (line.kind, line.quantity) == (EntryKind.BONUS, 50)


def test_a_check_in_is_a_bonus_that_quiet_hours_multiply() -> None:
    (line,) = earn(program(rule("x", Trigger.CHECK_IN, 5), factor("q", 200)), event(Trigger.CHECK_IN)).lines
    assert (line.kind, line.quantity) == (EntryKind.BONUS, 10)


def test_a_referral_gives_to_the_side_and_for_the_event_that_the_rule_names() -> None:
    rules = program(
        rule("friend", Trigger.REFERRAL, 30, side=Side.REFEREE, event=ReferralEvent.JOINED),
        rule("thanks", Trigger.REFERRAL, 20, side=Side.REFERRER, event=ReferralEvent.FIRST_PAID_VISIT),
        rule("both", Trigger.REFERRAL, 1, event=ReferralEvent.JOINED),
    )
    joined = event(Trigger.REFERRAL, side=Side.REFEREE, event=ReferralEvent.JOINED)
    assert units_of(earn(rules, joined)) == {"both": 1, "friend": 30}
    paid = event(Trigger.REFERRAL, side=Side.REFERRER, event=ReferralEvent.FIRST_PAID_VISIT)
    assert units_of(earn(rules, paid)) == {"thanks": 20}


def test_a_rule_may_give_a_reward_instead_of_units_and_an_entry_says_so() -> None:
    earned = earn(program(rule("hello", Trigger.WELCOME, reward="cake")), event(Trigger.WELCOME))
    assert earned.rewards == (("hello", "cake"),)
    assert [(line.rule, line.quantity) for line in earned.lines] == [("hello", 0)]


def test_the_exclusive_rule_of_highest_priority_stands_alone_in_its_unit() -> None:
    rules = program(
        SPEND,
        by_amount(2, 100, rule_id="double", exclusive=True, priority=1),
        by_amount(3, 100, rule_id="triple", exclusive=True, priority=2),
        by_amount(9, 100, rule_id="big", exclusive=True, priority=9, conditions=Conditions(10000)),
        rule("visit", Trigger.VISIT, 1, unit=Unit.STAMPS),
    )
    earned = earn(rules, purchase(1000))
    assert units_of(earned) == {"triple": 30}
    assert units_of(earned, Unit.STAMPS) == {"visit": 1}
    assert units_of(earn(rules, purchase(10000))) == {"big": 900}


def test_an_exclusive_rule_that_gives_nothing_keeps_nothing_from_others() -> None:
    items = rule("items", Trigger.ITEM, items={"A": 10}, exclusive=True)
    assert units_of(earn(program(SPEND, items), purchase(1000, {"B": 1}))) == {"spend": 10}


@pytest.mark.parametrize(
    ("factors", "ceiling", "points"),
    [
        ([], 500, 10),
        ([150], 500, 15),
        ([200, 150], 500, 30),
        ([300, 200], 500, 50),
        ([300, 200], 250, 25),
    ],
)
def test_multipliers_multiply_each_other_up_to_the_ceiling(
    factors: list[int], ceiling: int, points: int
) -> None:
    rules = program(SPEND, *(factor(f"f{n}", f) for n, f in enumerate(factors)), multiplier_ceiling=ceiling)
    assert points_of(earn(rules, purchase(1000))) == points


@pytest.mark.parametrize("carry", [False, True])
def test_what_a_rule_leaves_over_is_not_multiplied(carry: bool) -> None:
    """Kept for the next time, it would count twice."""
    rules = program(by_amount(1, 100, carry=carry), factor("happy", 300))
    assert points_of(earn(rules, purchase(999))) == 27


def test_an_exclusive_multiplier_stands_alone_and_another_unit_is_none_of_its_business() -> None:
    gold = TierPlan((TierRule("gold", "Gold", 10, factor=150),))
    rules = program(SPEND, factor("happy", 200), factor("crazy", 400, exclusive=True), tier_plan=gold)
    earned = earn(rules, purchase(1000, tier="gold"))
    assert points_of(earned) == 40
    assert units_of(earned, Unit.STAMPS) == {"": 1}


def test_the_tier_multiplies_what_its_members_earn() -> None:
    rules = program(SPEND, tier_plan=TierPlan((TierRule("gold", "Gold", 10, factor=150),)))
    assert points_of(earn(rules, purchase(1000, tier="gold"))) == 15
    assert points_of(earn(rules, purchase(1000, tier="silver"))) == 10


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=6),
    st.lists(st.integers(1, 1000), max_size=3),
    st.integers(100, 1000),
)
def test_the_multiplied_total_is_rounded_once_and_shared_out_to_the_unit(
    bases: list[int], percents: list[int], ceiling: int
) -> None:
    """No unit is lost or invented, and every rule is less than one unit away from its exact part."""
    rules = [rule(f"r{n}", Trigger.VISIT, units) for n, units in enumerate(bases)]
    factors = [factor(f"f{n}", percent) for n, percent in enumerate(percents)]
    shares = units_of(earn(program(*rules, *factors, multiplier_ceiling=ceiling), purchase(0)))
    numerator, denominator = 1, 1
    for percent in percents:
        numerator, denominator = numerator * percent, denominator * 100
    if numerator * 100 > ceiling * denominator:
        numerator, denominator = ceiling, 100
    assert sum(shares.values()) == sum(bases) * numerator // denominator
    for n, base in enumerate(bases):
        assert abs(shares.get(f"r{n}", 0) * denominator - base * numerator) < denominator


MANY = [
    SPEND,
    by_amount(7, 300, rule_id="seven", carry=True),
    by_amount(2, 100, rule_id="double", exclusive=True, conditions=Conditions(4000)),
    by_amount(2, 100, rule_id="twice", exclusive=True, conditions=Conditions(4000)),
    factor("happy", 150),
    factor("hour", 133),
]


@given(st.permutations(MANY), st.integers(0, 10000))
def test_the_order_of_rules_does_not_matter(rules: list[EarnRule], spent: int) -> None:
    assert earn(program(*rules), purchase(spent)) == earn(program(*MANY), purchase(spent))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 299))
def test_more_spent_never_earns_less(spent: int, more: int, carried: int) -> None:
    """Where no rule pushes another aside."""
    rules = program(*(each for each in MANY if not each.exclusive))
    standing = RuleStanding({"seven": carried})
    less, much = (points_of(earn(rules, purchase(minor), standing)) for minor in (spent, spent + more))
    assert less <= much


LIMITED = rule("lunch", Trigger.VISIT, 5, limit=RuleLimit(2, Period.WEEK))


def test_a_limited_rule_counts_from_the_first_day_of_the_period_and_stops_there() -> None:
    """NOON is a Sunday: its week began on Monday the 16th."""
    monday = date(2026, 11, 16)
    earned = earn(program(LIMITED), purchase(0), RuleStanding(counts={("lunch", monday): 1}))
    assert (points_of(earned), earned.counted) == (5, (Counted("lunch", monday),))
    assert points_of(earn(program(LIMITED), purchase(0), RuleStanding(counts={("lunch", monday): 2}))) == 0
    tomorrow = purchase(0, occurred_at=NOON + timedelta(days=1))
    assert points_of(earn(program(LIMITED), tomorrow, RuleStanding(counts={("lunch", monday): 2}))) == 5


@pytest.mark.parametrize(
    ("period", "starts"),
    [
        (Period.DAY, date(2026, 11, 23)),
        (Period.WEEK, date(2026, 11, 23)),
        (Period.MONTH, date(2026, 11, 1)),
        (Period.YEAR, date(2026, 1, 1)),
        (Period.EVER, date.min),
    ],
)
def test_periods_begin_with_days_of_the_shop(period: Period, starts: date) -> None:
    """At 23:30 in London it is Monday in Amsterdam."""
    late = purchase(0, occurred_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    limited = dataclasses.replace(LIMITED, limit=RuleLimit(1, period))
    assert earn(program(limited), late).counted == (Counted("lunch", starts),)


def test_a_rule_that_only_carries_on_has_not_given_anything_yet() -> None:
    once = by_amount(1, 5000, carry=True, limit=RuleLimit(1, Period.EVER))
    assert earn(program(once), purchase(3000)).counted == ()
    assert len(earn(program(once), purchase(5000)).counted) == 1


def test_a_multiplier_is_counted_only_when_there_was_something_to_multiply() -> None:
    happy = factor("happy", 200, limit=RuleLimit(1, Period.EVER))
    assert [each.rule for each in earn(program(SPEND, happy), purchase(500)).counted] == ["happy"]
    assert earn(program(SPEND, happy), purchase(50)).counted == ()


def test_units_that_can_be_used_only_later_say_from_when() -> None:
    waiting = by_amount(1, 100, pending=timedelta(days=14))
    lines = earn(program(waiting), purchase(500)).lines
    assert [line.lot and line.lot.available_from for line in lines] == [None, NOON + timedelta(days=14)]


def test_a_till_may_be_late_and_its_clock_a_little_ahead() -> None:
    for happened in (NOON - timedelta(hours=72), NOON + timedelta(minutes=5)):
        earned = decide_earn(program(SPEND), purchase(500, occurred_at=happened), RuleStanding(), NOON)
        assert points_of(earned) == 5


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"occurred_at": NOON + timedelta(minutes=6)}, "future_activity"),
        ({"occurred_at": NOON - timedelta(hours=73)}, "old_activity"),
        ({"basket": Basket(-1)}, "bad_amount"),
        ({"basket": Basket(10**12)}, "bad_amount"),
        ({"currency": "USD"}, "bad_currency"),
        ({"currency": ""}, "bad_currency"),
        ({"basket": Basket(100, {"A": 0})}, "bad_quantity"),
        ({"basket": Basket(quantity=-1)}, "bad_quantity"),
        ({"basket": Basket(100, {"A": 1001})}, "absurd_quantity"),
        ({"basket": Basket(10**10)}, "absurd_quantity"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], code: str) -> None:
    happened = replace(purchase(1000), **changed)
    with pytest.raises(Refusal) as refused:
        decide_earn(program(by_amount(100, 1)), happened, RuleStanding(), NOON)
    assert refused.value.code == code
