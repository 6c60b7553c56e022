"""The sentence of every entry, as customers read it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.purchases import NOON, by_amount, earn, program, purchase, rule

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.earn_rules import EarnRule, Side, Trigger
from walletpass.loyalty.expiry import tell_extension
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.local_days import end_of_day
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.rules.activity import VISIT, Activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.open_terms import RuleStanding
from walletpass.loyalty.telling_entries import Posted, tell_owed, tell_posted, tell_together
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit, UnitName
from walletpass.translations import translator

LUNCH = by_amount(1, 100, name="Lunch")
HAPPY = rule("happy", Trigger.TIME_MULTIPLIER, factor=200, name="Happy hour")
SLOW = rule("slow", Trigger.TIME_MULTIPLIER, factor=50, name="Slow hour")


def say(rules: Program, posted: Posted, language: str = "en") -> str:
    return translator(language).say(tell_posted(rules, posted)).replace("\xa0", " ")


def posted(line: Line, reward: str = "") -> Posted:
    return Posted(line.kind, line.quantity, line.unit, line.breakdown, reward=reward)


def say_earned(rules: Program, happened: Activity, carried: int = 0, language: str = "en") -> str:
    """Of the points."""
    earned = earn(rules, happened, RuleStanding({"spend": carried}))
    (line,) = (line for line in earned.lines if line.unit is Unit.POINTS)
    return say(rules, posted(line), language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "12 points for €12.40 (1 point per €1.00), “Lunch”."),
        ("nl", "12 punten voor € 12,40 (1 punt per € 1,00), ‘Lunch’."),
        ("nb", "12 poeng for 12,40 € (1 poeng per 1,00 €), «Lunch»."),
        ("hu", "12,40 EUR után 12 pont (minden 1,00 EUR után 1 pont), „Lunch”."),
        ("da", "12 point for 12,40 € (1 point pr. 1,00 €), »Lunch«."),
    ],
)
def test_an_amount_is_told_with_its_rate_and_the_name_of_the_rule(language: str, said: str) -> None:
    assert say_earned(program(LUNCH), purchase(1240), language=language) == said


@pytest.mark.parametrize(
    ("rules", "carried", "said"),
    [
        ((LUNCH, HAPPY), 0, "24 points for €12.40 (1 point per €1.00), times 2 (Happy hour), “Lunch”."),
        (
            (by_amount(1, 1000, carry=True),),
            0,
            "1 point for €12.40 (1 point per €10.00); €2.40 counts next time.",
        ),
        ((by_amount(1, 5000, carry=True),), 0, "€12.40 counts next time."),
        ((by_amount(1, 1000, carry=True),), -2200, "Purchases count again after €9.60 more."),
        (
            (by_amount(1, 1000, carry=True),),
            -1240,
            "0 points for €12.40 less €12.40 from before (1 point per €10.00).",
        ),
        (
            (by_amount(1, 2000, carry=True), SLOW),
            760,
            "0 points for €12.40 and €7.60 from before (1 point per €20.00), times 0.5 (Slow hour).",
        ),
        (
            (by_amount(1, 5000, carry=True),),
            4500,
            "1 point for €12.40 and €45.00 from before (1 point per €50.00); €7.40 counts next time.",
        ),
        (
            (by_amount(1, 1000, carry=True),),
            -200,
            "1 point for €12.40 less €2.00 from before (1 point per €10.00); €0.40 counts next time.",
        ),
    ],
)
def test_multipliers_and_remainders_are_told(rules: tuple[EarnRule, ...], carried: int, said: str) -> None:
    assert say_earned(program(*rules), purchase(1240), carried) == said


def test_a_factor_has_the_decimals_of_the_language_and_a_nameless_one_no_brackets() -> None:
    gold = TierPlan((TierRule("gold", "Gold", 1, factor=150),))
    rules = program(by_amount(1, 100), tier_plan=gold)
    told = say_earned(rules, purchase(1000, tier="gold"), language="nl")
    assert told == "15 punten voor € 10,00 (1 punt per € 1,00), keer 1,5 (Gold)."
    nameless = program(by_amount(1, 100), rule("f", Trigger.TIME_MULTIPLIER, factor=125))
    assert say_earned(nameless, purchase(1000)) == "12 points for €10.00 (1 point per €1.00), times 1.25."


@pytest.mark.parametrize(
    ("trigger", "side", "said"),
    [
        (Trigger.WELCOME, Side.BOTH, "5 points as a welcome."),
        (Trigger.CHECK_IN, Side.BOTH, "5 points for checking in."),
        (Trigger.SHARE, Side.BOTH, "5 points for sharing."),
        (Trigger.BIRTHDAY, Side.BOTH, "5 points for your birthday."),
        (Trigger.LOYAL_TOP, Side.BOTH, "5 points for your loyalty."),
        (Trigger.BOOKING, Side.BOTH, "5 points for your appointment."),
        (Trigger.VISIT, Side.BOTH, "5 points for your visit."),
        (Trigger.REFERRAL, Side.REFERRER, "5 points for bringing a friend."),
        (Trigger.REFERRAL, Side.REFEREE, "5 points because a friend invited you."),
    ],
)
def test_what_else_earns_is_told_in_its_own_words(trigger: Trigger, side: Side, said: str) -> None:
    given = rule("x", trigger, 5)
    happened = purchase(0, triggers=frozenset({trigger}), side=side, event=given.event)
    assert say_earned(program(given), happened) == said


def test_items_are_named() -> None:
    items = rule("i", Trigger.ITEM, items={"Haircut": 10, "Shave": 5})
    told = say_earned(program(items), purchase(0, {"Shave": 1, "Haircut": 2, "Comb": 1}))
    assert told == "25 points for 2 × Haircut, Shave."


def test_a_reward_alone_is_told_by_its_title() -> None:
    cake = RewardTemplate("cake", RewardKind.GIFT, "Free cake")
    rules = replace(program(rule("w", Trigger.WELCOME, reward="cake", name="Hello")), rewards=(cake,))
    (line,) = earn(rules, purchase(0, triggers=frozenset({Trigger.WELCOME}))).lines
    assert say(rules, posted(line)) == "Free cake is ready for you, “Hello”."


def used_for(**breakdown: int) -> Posted:
    return Posted(EntryKind.REDEEM, 0, reward="10 % off", breakdown=breakdown)


P = Unit.POINTS
BEANS: Mapping[str, Any] = {"unit_names": {P: {"en": UnitName("bean", "beans")}}}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Posted(EntryKind.EARN, 1), "Added: 1 stamp."),
        (Posted(EntryKind.ADJUST, 50, P, reason="courtesy"), "50 beans with our compliments."),
        (Posted(EntryKind.ADJUST, 50, P, reason="goodwill"), "50 beans out of goodwill."),
        (Posted(EntryKind.ADJUST, 50, P, note="Sorry!"), "Added: 50 beans: Sorry!"),
        (Posted(EntryKind.ADJUST, -1, P, reason="correction"), "Taken off: 1 bean."),
        (Posted(EntryKind.BONUS, 7, P, reward="Lucky dip"), "Lucky dip: 7 beans."),
        (Posted(EntryKind.BONUS, 7, P), "7 beans as a present."),
        (Posted(EntryKind.REDEEM, 0, P, reward="Tea"), "Used: Tea."),
        (used_for(order=40_000, discount=2500), "Used: 10 % off, €25.00 off €400.00."),
        (used_for(order=9, discount=0), "Used: 10 % off."),
        (Posted(EntryKind.REDEEM, -30, P, reward="Tea"), "Tea for 30 beans."),
        (Posted(EntryKind.REDEEM, -30, P), "Used: 30 beans."),
        (Posted(EntryKind.CONVERT, -8, reward="Tea"), "Card full: Tea is ready for you."),
        (Posted(EntryKind.CONVERT, -5000, P, reward="10 % off"), "10 % off for 5,000 beans."),
        (Posted(EntryKind.EXPIRE, -3, P), "Expired: 3 beans."),
        (Posted(EntryKind.FORFEIT, -3, P), "Taken off: 3 beans."),
        (Posted(EntryKind.TRANSFER_IN, 3), "From your other card: 3 stamps."),
        (Posted(EntryKind.TRANSFER_OUT, -3), "Moved to your other card: 3 stamps."),
        (Posted(EntryKind.IMPORT, 3), "Brought along: 3 stamps."),
        (Posted(EntryKind.REVERSE_EARN, -3), "Taken back: 3 stamps."),
        (
            Posted(EntryKind.REVERSE_EARN, -3, P, {"basket": {}}),
            "Taken back for what was returned: 3 beans.",
        ),
        (Posted(EntryKind.REVERSE_EARN, 0, P), "Something was returned; nothing was taken off."),
        (
            Posted(EntryKind.REVERSE_EARN, -3, P, {"basket": {}}, reason="booking"),
            "Taken back for an appointment that did not take place: 3 beans.",
        ),
        (
            Posted(EntryKind.REVERSE_EARN, 0, P, {"basket": {}}, reason="booking"),
            "An appointment did not take place; nothing was taken off.",
        ),
        (
            Posted(EntryKind.REVERSE_EARN, -3, P, {"basket": {}}, reason="booking_moved"),
            "Taken back for an appointment that was moved: 3 beans.",
        ),
        (
            Posted(EntryKind.REVERSE_EARN, 0, P, {"basket": {}}, reason="booking_moved"),
            "An appointment was moved; nothing was taken off.",
        ),
        (Posted(EntryKind.REVERSE_REDEEM, 0, reward="Tea"), "Given back: Tea."),
        (Posted(EntryKind.REVERSE_REDEEM, 30, P, reward="Tea"), "Given back: 30 beans."),
        (Posted(EntryKind.REVERSE_CONVERT, 8), "Given back: 8 stamps."),
        (Posted(EntryKind.REVERSE_EXPIRE, 8, P), "Valid again: 8 beans."),
    ],
)
def test_every_kind_of_entry_has_its_sentence(entry: Posted, said: str) -> None:
    assert say(program(**BEANS), entry) == said


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [Posted(EntryKind.EXPIRE, -3), Posted(EntryKind.EXPIRE, -120, P)],
            "Expired: 3 stamps, 120 beans.",
        ),
        (
            [Posted(EntryKind.REVERSE_EARN, -1), Posted(EntryKind.REVERSE_EARN, -99, P)],
            "Taken back: 1 stamp, 99 beans.",
        ),
        (
            [Posted(EntryKind.EXPIRE, -3), Posted(EntryKind.EXPIRE, -2), Posted(EntryKind.ADJUST, 4, P)],
            "Expired: 5 stamps; Added: 4 beans.",
        ),
        (
            [
                Posted(EntryKind.ADJUST, 1, reason="goodwill", note="Sorry"),
                Posted(EntryKind.ADJUST, 2, P, reason="goodwill"),
            ],
            "1 stamp out of goodwill: Sorry; 2 beans out of goodwill.",
        ),
    ],
)
def test_what_happened_at_once_is_one_sentence(lines: list[Posted], said: str) -> None:
    """Of both units where the same happened to both."""
    assert translator("en").say(tell_together(program(**BEANS), lines)) == said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", EntryKind)
def test_no_kind_lacks_a_sentence_in_any_language(kind: EntryKind, language: str) -> None:
    rules = program()
    extended = tell_extension(P, end_of_day(date(2026, 11, 22), rules.zone))
    told = say(rules, Posted(kind, 2, P, extended.breakdown, reward="Tea"), language)
    assert "%" not in told
    assert len(told) > 5
    assert "22" in told or kind is not EntryKind.EXTEND_EXPIRY


def test_what_is_owed_is_told_with_what_will_pay_for_it() -> None:
    assert translator("en").say(tell_owed(program(), P, 15)) == "−15 points until your next visits"


@pytest.mark.parametrize(
    ("added", "after", "said"),
    [
        (1, 4, "Stamped: 4 of 5."),
        (3, 5, "3 stamps added: 5 of 5."),
        (3, 7, "3 stamps added."),
        (1, 8, "Stamped."),
    ],
)
def test_a_card_is_never_said_to_be_more_than_full(added: int, after: int, said: str) -> None:
    """The entry after it says that it was full."""
    rules = replace(program(), milestones=(Milestone(5, "Cake"),))
    line = earn(rules, Activity(VISIT, NOON, Basket(quantity=added))).lines[0]
    assert say(rules, replace(posted(line), after=after)) == said
