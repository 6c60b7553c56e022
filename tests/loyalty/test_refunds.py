"""What refunds take back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.purchases import (
    after_refund,
    book,
    by_amount,
    earn,
    points_of,
    program,
    purchase,
    rule,
    units_of,
)

from walletpass.loyalty.earn_rules import Conditions, Period, RuleLimit, Trigger
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.program import Clawback
from walletpass.loyalty.refunds import (
    Clawed,
    Credit,
    Refunded,
    count_taken_back,
    decide_clawback,
    decide_refund,
)
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import Activity
from walletpass.loyalty.rules.amounts import Price, find_eligible
from walletpass.loyalty.rules.basket import NOTHING, Basket, returned
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.rules.earn import Earned
from walletpass.loyalty.rules.open_terms import RuleStanding
from walletpass.loyalty.units import Unit

PLENTY = dict.fromkeys(Unit, 10**12)


def refund(earned: Earned, before: Basket, after: Basket) -> Refunded:
    return decide_refund(Clawback.ALLOW_NEGATIVE, book(earned.lines), before, after, PLENTY)


def backs_of(refunded: Refunded, unit: Unit = Unit.POINTS) -> dict[str, int]:
    return {line.rule: -line.quantity for line in refunded.lines if line.unit is unit}


def test_goods_that_earned_nothing_of_their_own_take_back_only_what_they_cost() -> None:
    """40.00 with A (10 points) and B (20): 70 in all. C of 20.00 comes back: 20 are reversed, not half of 70."""
    items = rule("items", Trigger.ITEM, items={"A": 10, "B": 20})
    sale = purchase(4000, {"A": 1, "B": 1, "C": 1})
    earned = earn(program(by_amount(1, 100), items), sale)
    assert points_of(earned) == 70
    left = sale.basket.less(returned(2000, {"C": 1}), "EUR")
    assert backs_of(refund(earned, sale.basket, left)) == {"spend": 20}


def test_many_small_refunds_take_back_as_much_as_one_large_one() -> None:
    """21.90 at 1 per 10.00 earns 2; four refunds of 5.00 take back 2."""
    sale = purchase(2190)
    earned = earn(program(by_amount(1, 1000), rule("v", Trigger.VISIT, 1, unit=Unit.STAMPS)), sale)
    credits_, before, taken = book(earned.lines), sale.basket, []
    for _ in range(4):
        after = before.less(returned(500), "EUR")
        refunded = decide_refund(Clawback.ALLOW_NEGATIVE, credits_, before, after, PLENTY)
        credits_, before = after_refund(credits_, refunded.lines), after
        taken.append(backs_of(refunded).get("spend", 0))
        assert backs_of(refunded, Unit.STAMPS) == {}
    assert (points_of(earned), taken) == (2, [1, 0, 1, 0])


@pytest.mark.parametrize(
    ("policy", "clawed"),
    [
        (Clawback.ALLOW_NEGATIVE, Clawed(20, deficit=15)),
        (Clawback.CLAMP, Clawed(20, written_off=15)),
    ],
)
def test_units_that_were_used_are_owed_or_written_off(policy: Clawback, clawed: Clawed) -> None:
    """50 of 70 are spent, 35 are due back."""
    assert decide_clawback(policy, 35, 20) == clawed
    assert decide_clawback(policy, 35, 35) == Clawed(35)
    assert decide_clawback(policy, 35, -5).taken == 0


def test_a_program_may_refuse_to_take_back_what_was_used() -> None:
    assert decide_clawback(Clawback.BLOCK, 35, 35) == Clawed(35)
    with pytest.raises(Refusal) as refused:
        decide_clawback(Clawback.BLOCK, 35, 34)
    assert refused.value.code == "units_used"


def test_what_is_written_off_is_not_asked_for_again() -> None:
    """35 of 70 are due and 20 there; when the rest comes back as well, the other 35 are due and no more."""
    sale = purchase(7000)
    credits_ = [c for c in book(earn(program(by_amount(1, 100)), sale).lines) if c.unit is Unit.POINTS]
    half = sale.basket.less(returned(3500), "EUR")
    first = decide_refund(Clawback.CLAMP, credits_, sale.basket, half, {Unit.POINTS: 20})
    assert [(line.quantity, line.breakdown["written_off"]) for line in first.lines] == [(-20, 15)]
    assert count_taken_back([(line.quantity, line.breakdown) for line in first.lines]) == 35
    credits_ = after_refund(credits_, first.lines)
    second = decide_refund(Clawback.CLAMP, credits_, half, NOTHING, {Unit.POINTS: 100})
    assert [line.quantity for line in second.lines] == [-35]


def test_what_ran_out_as_a_whole_pays_for_nothing_else() -> None:
    """Of 50 points 20 went back out of another lot before all 50 ran out; the 30 of the other rule are due as ever."""
    over = Credit(1, EntryKind.EARN, 50, Unit.POINTS, "spend", taken_back=20 + 50)
    other = Credit(2, EntryKind.EARN, 30, Unit.POINTS, "lunch")
    refunded = decide_refund(Clawback.ALLOW_NEGATIVE, [over, other], Basket(8000), NOTHING, PLENTY)
    assert [(line.reverses, line.quantity) for line in refunded.lines if line.quantity] == [(2, -30)]


def test_a_visit_that_no_longer_reaches_its_minimum_is_none() -> None:
    visit = rule("visit", Trigger.VISIT, 1, unit=Unit.STAMPS, conditions=Conditions(1000))
    sale = purchase(1500)
    earned = earn(program(visit), sale)
    assert backs_of(refund(earned, sale.basket, Basket(1000)), Unit.STAMPS) == {}
    assert backs_of(refund(earned, sale.basket, Basket(999)), Unit.STAMPS) == {"visit": 1}


def test_where_a_special_rule_no_longer_applies_the_usual_one_does() -> None:
    """Ten times from 100.00 on, alone; else one per euro. Of 100.00 one cent comes back: 99 points stay."""
    special = by_amount(10, 100, rule_id="big", exclusive=True, conditions=Conditions(10000))
    sale = purchase(10000)
    refunded = refund(earn(program(by_amount(1, 100), special), sale), sale.basket, Basket(9999))
    assert backs_of(refunded) == {"big": 901}


def test_where_rounding_now_gives_a_rule_more_than_it_has_another_keeps_the_unit() -> None:
    """Times 1.5, 2 + 1 + 10 earn 3 + 1 + 15; 1 + 1 + 5 are 1 + 2 + 7, and of the 10 the second has only 1."""
    each = [rule(f"r{item}", Trigger.ITEM, items={item: 1}) for item in "ABC"]
    sale = purchase(0, {"A": 2, "B": 1, "C": 10})
    earned = earn(program(*each, rule("f", Trigger.TIME_MULTIPLIER, factor=150)), sale)
    assert units_of(earned) == {"rA": 3, "rB": 1, "rC": 15}
    left = sale.basket.less(returned(0, {"A": 1, "C": 5}), "EUR")
    assert backs_of(refund(earned, sale.basket, left)) == {"rA": 1, "rC": 8}


def test_a_visit_stays_while_anything_of_the_purchase_is_kept() -> None:
    visit = rule("visit", Trigger.VISIT, 1, unit=Unit.STAMPS)
    sale = purchase(1500, {"A": 2})
    earned = earn(program(visit), sale)
    kept = sale.basket.less(returned(1499, {"A": 2}), "EUR")
    assert refund(earned, sale.basket, kept).lines == ()
    nothing = kept.less(returned(1), "EUR")
    assert backs_of(refund(earned, kept, nothing), Unit.STAMPS) == {"visit": 1}


def test_stamps_given_by_hand_come_back_one_by_one() -> None:
    by_hand = purchase(0, basket=Basket(quantity=3))
    earned = earn(program(), by_hand)
    two = by_hand.basket.less(returned(quantity=1), "EUR")
    assert backs_of(refund(earned, by_hand.basket, two), Unit.STAMPS) == {"": 1}


def test_todays_rules_do_not_matter() -> None:
    """The stored terms go through JSON; the program is not asked at all."""
    sale = purchase(4000, {"A": 2})
    rules = program(
        by_amount(3, 100, carry=True, name="Lunch"),
        rule("items", Trigger.ITEM, items={"A": 10}, limit=RuleLimit(1, Period.WEEK), reward="tea"),
        rule("happy", Trigger.TIME_MULTIPLIER, factor=150),
    )
    refunded = refund(earn(rules, sale), sale.basket, NOTHING)
    assert backs_of(refunded) == units_of(earn(rules, sale))
    assert refunded.rewards == (("items", "tea"),)
    assert refunded.uncounted == (Counted("items", date(2026, 11, 16), -1),)


def test_a_remainder_goes_back_too_and_may_be_owed() -> None:
    """1 per 50.00 with a carry. 30.00, then 20.00: one point. The 30.00 come back: the next 30.00 earn nothing."""
    rules = program(by_amount(1, 5000, carry=True))
    first = earn(rules, purchase(3000))
    second = earn(rules, purchase(2000), RuleStanding(first.carried))
    back = refund(first, Basket(3000), NOTHING)
    assert (points_of(second), dict(back.carried), backs_of(back)) == (1, {"spend": -3000}, {"spend": 0})
    owed = RuleStanding({"spend": second.carried["spend"] + back.carried["spend"]})
    little, enough = (earn(rules, purchase(spent), owed) for spent in (1000, 3000))
    assert (points_of(little), little.carried) == (0, {"spend": -2000})
    assert (points_of(enough), enough.carried) == (0, {"spend": 0})
    assert dict(refund(second, Basket(2000), NOTHING).carried) == {"spend": 3000}


def test_a_voided_purchase_gives_its_rewards_back_and_leaves_the_remainder_of_before() -> None:
    """Also where that remainder alone would be worth units by the rate of a new version."""
    welcome = rule("visit", Trigger.VISIT, reward="tea")
    sale, before = purchase(50), RuleStanding({"spend": 3000})
    earned = earn(program(by_amount(1, 100, carry=True), welcome), sale, before)
    assert (points_of(earned), earned.carried) == (30, {"spend": 50})
    voided = refund(earned, sale.basket, NOTHING)
    assert backs_of(voided) == {"spend": 30}
    assert (voided.carried, voided.rewards) == ({"spend": 2950}, (("visit", "tea"),))
    assert [line.breakdown["carried"] for line in voided.lines if line.unit is Unit.POINTS] == [
        voided.carried
    ]


def test_an_entry_without_stored_terms_is_taken_back_as_a_whole_or_not_at_all() -> None:
    """Stamps from before programs had rules."""
    old = Earned((Line(EntryKind.EARN, 2),))
    assert refund(old, Basket(1000), Basket(1)).lines == ()
    assert [line.quantity for line in refund(old, Basket(1000), NOTHING).lines] == [-2]


@pytest.mark.parametrize(
    ("back", "code"),
    [
        (returned(1001), "refund_too_large"),
        (returned(-1), "refund_too_large"),
        (returned(0, {"A": 3}), "not_bought"),
        (returned(0, {"B": 1}), "not_bought"),
        (returned(0, {"A": -1}), "not_bought"),
        (returned(quantity=2), "bad_quantity"),
    ],
)
def test_nobody_returns_what_was_not_bought(back: Basket, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        Basket(1000, {"A": 2}).less(back, "EUR")
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changed", "eligible"),
    [
        ({}, 6950),
        ({"earns_on_tax": False}, 5950),
        ({"earns_on_rewarded_part": True}, 7450),
        ({"earns_on_gift_cards": True}, 7950),
    ],
)
def test_only_what_was_paid_for_goods_earns(changed: Mapping[str, bool], eligible: int) -> None:
    """Never tips, delivery or discounts; tax, gift cards that are bought and what rewards paid as the shop says."""
    bill = Price(gross=10000, tax=1000, discounts=500, gift_cards=1000, tips=200, delivery=850, rewarded=500)
    assert find_eligible(replace(program(), **changed), bill) == eligible  # type: ignore[arg-type]


def test_a_price_below_zero_or_beyond_reason_is_refused() -> None:
    for bill in (Price(-1), Price(100, tips=-1), Price(10**12)):
        with pytest.raises(Refusal):
            find_eligible(program(), bill)


def test_a_part_that_is_more_than_the_bill_is_refused() -> None:
    for part in ("tax", "discounts", "gift_cards", "tips", "delivery", "rewarded"):
        assert find_eligible(program(), Price(100, **{part: 100})) >= 0
        with pytest.raises(Refusal, match="bad_amount"):
            find_eligible(program(), Price(100, **{part: 101}))
    assert find_eligible(program(), Price(100, discounts=60, tips=60)) == 0


RULES = program(
    by_amount(1, 100),
    by_amount(7, 300, rule_id="seven", carry=True),
    by_amount(5, 100, rule_id="big", exclusive=True, conditions=Conditions(9000)),
    rule("items", Trigger.ITEM, items={"A": 3, "B": 5}),
    rule("visit", Trigger.VISIT, 2, unit=Unit.STAMPS, conditions=Conditions(2000)),
    rule("bonus", Trigger.SHARE, 4),
    rule("happy", Trigger.TIME_MULTIPLIER, factor=133),
    rule("large", Trigger.TIME_MULTIPLIER, factor=150, conditions=Conditions(5000)),
)
SALES = st.builds(
    lambda spent, a, b: purchase(spent, {item: n for item, n in (("A", a), ("B", b)) if n}),
    st.integers(1, 12000),
    st.integers(0, 3),
    st.integers(0, 3),
)


@given(SALES, st.integers(0, 299))
def test_earning_and_a_full_refund_leave_nothing(sale: Activity, carried: int) -> None:
    """Nor does a remainder stay behind."""
    earned = earn(RULES, sale, RuleStanding({"seven": carried}))
    refunded = refund(earned, sale.basket, NOTHING)
    for unit in Unit:
        assert sum(backs_of(refunded, unit).values()) == sum(units_of(earned, unit).values())
    after = earned.carried.get("seven", carried) + refunded.carried.get("seven", 0)
    assert after == carried


@given(SALES, st.integers(0, 299), st.data())
def test_refunds_in_any_steps_take_back_exactly_what_was_earned(
    sale: Activity, carried: int, data: st.DataObject
) -> None:
    """Never more than each entry has left, never a credit, and after all steps nothing is left of anything."""
    before: Basket = sale.basket
    earned = earn(RULES, sale, RuleStanding({"seven": carried}))
    credits_, moved = book(earned.lines), 0
    while before.quantity:
        spent = data.draw(st.integers(0, before.eligible_minor))
        items = {item: data.draw(st.integers(0, n)) for item, n in before.items.items()}
        after = before.less(returned(spent, items), "EUR") if spent or any(items.values()) else NOTHING
        refunded = decide_refund(Clawback.ALLOW_NEGATIVE, credits_, before, after, PLENTY)
        assert all(line.quantity <= 0 for line in refunded.lines)
        credits_, before = after_refund(credits_, refunded.lines), after
        moved += refunded.carried.get("seven", 0)
        assert all(credit.left >= 0 for credit in credits_)
    assert [credit.left for credit in credits_] == [0] * len(credits_)
    assert earned.carried.get("seven", carried) + moved == carried


@given(st.integers(0, 20000), st.integers(0, 20000))
def test_what_is_kept_after_a_refund_is_what_the_rest_would_have_earned(spent: int, back: int) -> None:
    """Where nothing is pushed aside."""
    several = [by_amount(n, 100 * n + 1, rule_id=f"r{n}") for n in range(1, 6)]
    rules = program(*several, rule("f", Trigger.TIME_MULTIPLIER, factor=133))
    back = min(spent, back)
    earned = earn(rules, purchase(spent))
    refunded = refund(earned, Basket(spent), Basket(spent - back))
    assert points_of(earned) - sum(backs_of(refunded).values()) == points_of(
        earn(rules, purchase(spent - back))
    )
