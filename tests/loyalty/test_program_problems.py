"""What is wrong with a program, found before it is published."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from support.programs_at_random import programs
from support.sound_programs import (
    CARD,
    CARD_OF_MONEY,
    COUPON,
    CURRENCIES,
    GIFT,
    GOLD,
    ID,
    PERCENT,
    POINTS,
    SOUND,
    VISIT,
    bounds,
    said,
)

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.earn_rules import Conditions
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Limits, Milestone, Program, ProgramKind
from walletpass.loyalty.program_problems import BadProgram, find_problems
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit, UnitName
from walletpass.translations import translator


def giving(template: RewardTemplate = GIFT, **changes: Any) -> Program:
    return replace(SOUND, rewards=(replace(template, **changes),))


def expiring(kind: ExpiryKind, **policy: Any) -> Program:
    return replace(SOUND, expiry=ExpiryPolicy(kind, **policy))


def with_limits(**limits: int) -> Program:
    return replace(SOUND, limits=Limits(**limits))


def with_tiers(*tiers: TierRule) -> Program:
    return replace(SOUND, tier_plan=TierPlan(tiers))


def milestones(*places: int, reward: str = "Coffee", template: str = "") -> Program:
    return replace(SOUND, milestones=tuple(Milestone(at, reward, template) for at in places))


def named(name: UnitName, language: str = "nb") -> Program:
    return replace(SOUND, unit_names={Unit.POINTS: {language: name}})


@given(programs())
def test_a_program_that_makes_sense_has_no_problems(program: Program) -> None:
    """The only contradiction that chance may bring is between exclusive rules, and it makes none."""
    assert said(program) == []


PROBLEMS: Mapping[str, tuple[Program, str]] = {
    # the whole
    "unknown currency": (replace(SOUND, currency="EURO"), "“EURO” is not a currency such as EUR."),
    "ceiling": (
        replace(SOUND, multiplier_ceiling=99),
        "“multiplier_ceiling” must be from 100 to 10,000.",
    ),
    "days of grace": (replace(SOUND, grace_days=-1), "“grace_days” must be from 0 to 366."),
    "language": (
        named(UnitName("bean", "beans"), "xx"),
        "Names of units: “points” names “xx”, which does not exist.",
    ),
    "name of a unit": (named(UnitName(" ", "beans")), "Names of units: “points.nb.one” is missing."),
    "long name of a unit": (
        named(UnitName("bean", "b" * 21)),
        "Names of units: “points.nb.other” has at most 20 characters.",
    ),
    # milestones
    "no milestones": (milestones(), CARD),
    "no stamps": (milestones(0), CARD),
    "too many stamps": (milestones(31), CARD),
    "one place twice": (milestones(4, 4), CARD),
    "not in order": (milestones(8, 4), CARD),
    "points with milestones": (
        replace(SOUND, kind=ProgramKind.POINTS),
        "A programme of points alone has no milestones.",
    ),
    "no reward": (milestones(4, reward=" "), "Milestone 4: “reward” is missing."),
    "long reward": (milestones(4, reward="x" * 61), "Milestone 4: “reward” has at most 60 characters."),
    "unshown reward": (
        milestones(4, reward="a\x00"),
        "Milestone 4: “reward” has characters that cannot be shown.",
    ),
    "unknown template": (
        milestones(4, template="mug"),
        "Milestone 4: “template” names “mug”, which does not exist.",
    ),
    "endless card": (
        replace(
            milestones(4, template="more"),
            rewards=(RewardTemplate("more", RewardKind.BONUS_UNITS, "More", unit=Unit.STAMPS, quantity=4),),
        ),
        "The bonus stamps of a card fill the next one: it would never end.",
    ),
    # rewards
    "two rewards of one id": (
        replace(SOUND, rewards=(GIFT, GIFT)),
        "Rewards: There is more than one “gift”.",
    ),
    "too many rewards": (
        replace(SOUND, rewards=tuple(replace(GIFT, id=f"gift{n}") for n in range(101))),
        "“rewards” has at most 100 entries.",
    ),
    "id of a reward": (giving(id="a gift"), f"Reward “a gift”: {ID}"),
    "no title": (giving(title=""), "Reward “gift”: “title” is missing."),
    "long title": (giving(title="x" * 61), "Reward “gift”: “title” has at most 60 characters."),
    "unknown icon": (
        giving(icon="unicorn"),
        "Reward “gift”: “icon” names “unicorn”, which does not exist.",
    ),
    "percent over 100": (giving(PERCENT, percent=101), bounds("Reward “ten”", "percent", 0, 100)),
    "no percent": (giving(PERCENT, percent=0), "Reward “ten”: “percent” is missing."),
    "coupon of no value": (giving(COUPON, amount_minor=0), "Reward “five”: “amount_minor” is missing."),
    "negative amount": (
        giving(COUPON, amount_minor=-1),
        bounds("Reward “five”", "amount_minor", 0, "2,147,483,647"),
    ),
    "negative order": (
        giving(COUPON, minimum_minor=-1),
        bounds("Reward “five”", "minimum_minor", 0, "2,147,483,647"),
    ),
    "absurd cost": (
        giving(unit_cost_minor=2**31),
        bounds("Reward “gift”", "unit_cost_minor", 0, "2,147,483,647"),
    ),
    "gift card of no value": (
        giving(CARD_OF_MONEY, amount_minor=0),
        "Reward “card”: “amount_minor” is missing.",
    ),
    "access without words": (giving(kind=RewardKind.ACCESS), "Reward “gift”: “text” is missing."),
    "no bonus": (giving(kind=RewardKind.BONUS_UNITS), "Reward “gift”: “quantity” is missing."),
    "absurd bonus": (
        giving(kind=RewardKind.BONUS_UNITS, unit=Unit.STAMPS, quantity=101),
        bounds("Reward “gift”", "quantity", 0, 100),
    ),
    "field of another kind": (giving(percent=10), "Reward “gift”: “percent” means nothing for “gift”."),
    "maximum below what the minimum brings": (
        giving(PERCENT, minimum_minor=10_000, maximum_minor=999),
        "Reward “ten”: The least order brings more than “maximum_minor” already, so the percentage would "
        "never count.",
    ),
    "price of zero": (giving(issue=IssueMode.CHOOSE), bounds("Reward “gift”", "price", 1, "1,000,000")),
    "absurd price": (
        giving(issue=IssueMode.CONVERT, price=1_000_001),
        bounds("Reward “gift”", "price", 1, "1,000,000"),
    ),
    "price of a milestone's": (giving(price=5), "Reward “gift”: “price” means nothing for “milestone”."),
    "price in what is not collected": (
        replace(POINTS, rewards=(replace(GIFT, issue=IssueMode.CHOOSE, price=5, unit=Unit.STAMPS),)),
        "Reward “gift”: A “points” programme has no stamps.",
    ),
    "stamps converted": (
        giving(issue=IssueMode.CONVERT, price=5, unit=Unit.STAMPS),
        "Reward “gift”: Only points are converted: stamps have milestones.",
    ),
    "units for units": (
        giving(kind=RewardKind.BONUS_UNITS, quantity=5, issue=IssueMode.CHOOSE, price=5),
        "Reward “gift”: Units cannot be bought with units.",
    ),
    "no stock": (giving(stock=0), bounds("Reward “gift”", "stock", 1, "1,000,000")),
    "nobody": (giving(per_member=0), bounds("Reward “gift”", "per_member", 1, "1,000,000")),
    "none to hold": (giving(max_unredeemed=0), bounds("Reward “gift”", "max_unredeemed", 1, "1,000,000")),
    "valid for no day": (giving(valid_days=0), bounds("Reward “gift”", "valid_days", 1, "3,660")),
    "prefix": (
        giving(COUPON, code_prefix="5-off"),
        "Reward “five”: “code_prefix” has at most 8 letters A–Z and digits.",
    ),
    # expiry
    "rolling without duration": (
        expiring(ExpiryKind.ROLLING_ON_EARN),
        "Expiry: “duration” is missing.",
    ),
    "no date": (expiring(ExpiryKind.FIXED_DATE), "Expiry: “on” is missing."),
    "duration of what never ends": (
        expiring(ExpiryKind.NEVER, duration=Duration(6)),
        "Expiry: “duration” means nothing for “never”.",
    ),
    "negative duration": (
        expiring(ExpiryKind.FIXED_DURATION, duration=Duration(-1)),
        bounds("Expiry", "duration.months", 0, "1,200"),
    ),
    "absurd duration": (
        expiring(ExpiryKind.FIXED_DURATION, duration=Duration(days=3661)),
        bounds("Expiry", "duration.days", 0, "3,660"),
    ),
    "end before the rolling date": (
        expiring(ExpiryKind.FIRST_OF, duration=Duration(6), at_most=Duration(5)),
        "Expiry: “at_most” is shorter than “duration”.",
    ),
    "long warning": (
        expiring(ExpiryKind.FIXED_DURATION, duration=Duration(1), warnings=(Duration(2),)),
        "Expiry: The warning P2M must be shorter than “duration” and longer than nothing.",
    ),
    "warning of nothing": (
        expiring(ExpiryKind.FIXED_DURATION, duration=Duration(1), warnings=(Duration(),)),
        "Expiry: The warning P0D must be shorter than “duration” and longer than nothing.",
    ),
    "warning twice": (
        expiring(ExpiryKind.FIXED_DURATION, duration=Duration(1), warnings=(Duration(days=7),) * 2),
        "Expiry: “warnings”: There is more than one “P7D”.",
    ),
    "too many warnings": (
        expiring(
            ExpiryKind.FIXED_DURATION,
            duration=Duration(1),
            warnings=tuple(Duration(days=n) for n in range(1, 14)),
        ),
        "Expiry: “warnings” has at most 12 entries.",
    ),
    # tiers
    "two tiers of one id": (
        with_tiers(GOLD, replace(GOLD, at=20)),
        "Tiers: There is more than one “gold”.",
    ),
    "tiers not ascending": (
        with_tiers(GOLD, TierRule("silver", "Silver", 10)),
        "Tier “silver” comes after “gold” and must ask for more.",
    ),
    "tier for nothing": (with_tiers(replace(GOLD, at=0)), bounds("Tier “gold”", "at", 1, "2,147,483,647")),
    "tier without a name": (with_tiers(replace(GOLD, name="")), "Tier “gold”: “name” is missing."),
    "factor of a tier": (with_tiers(replace(GOLD, factor=0)), bounds("Tier “gold”", "factor", 1, 500)),
    "reward of a tier": (
        with_tiers(replace(GOLD, reward="mug")),
        "Tier “gold”: “reward” names “mug”, which does not exist.",
    ),
    "id of a tier": (with_tiers(replace(GOLD, id="")), f"Tier “”: {ID}"),
    "grace of tiers": (
        replace(SOUND, tier_plan=TierPlan((GOLD,), grace_days=-1)),
        bounds("Tiers", "grace_days", 0, 366),
    ),
    "too many tiers": (
        with_tiers(*(TierRule(f"tier{n}", "Tier", n) for n in range(1, 22))),
        "“tiers” has at most 20 entries.",
    ),
    "gift cards that earn twice": (
        replace(SOUND, earns_on_gift_cards=True, earns_on_rewarded_part=True),
        "Gift cards would earn twice: when they are bought, and when they pay.",
    ),
    # limits
    "no stamps at once": (with_limits(most_per_scan=0), bounds("Limits", "most_per_scan", 1, "1,000,000")),
    "no scans": (
        with_limits(per_shop_per_minute=-1),
        bounds("Limits", "per_shop_per_minute", 0, "1,000,000"),
    ),
    "negative window": (with_limits(repeat_window=-1), bounds("Limits", "repeat_window", 0, "3,600")),
    "less a day than at once": (
        with_limits(most_per_scan=4, most_per_day=3),
        "Limits: “most_per_day” is below “most_per_scan”.",
    ),
}


@pytest.mark.parametrize(("program", "problem"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_contradicts_itself_is_said_in_one_sentence(program: Program, problem: str) -> None:
    assert said(program) == [problem]


def test_the_program_that_the_table_breaks_is_sound() -> None:
    assert said(SOUND) == []
    assert said(POINTS) == []


def test_everything_is_said_at_once_and_in_every_language() -> None:
    worst = replace(
        SOUND,
        milestones=(),
        currency="XYZ",
        earn=(replace(VISIT, units=-1, conditions=Conditions(weekdays=(8, 9))),),
        rewards=(replace(PERCENT, percent=101, title=""),),
        expiry=ExpiryPolicy(ExpiryKind.FIXED_DATE),
        limits=Limits(most_per_day=0),
    )
    assert len(said(worst)) == 10
    for language in LANGUAGES:
        refusal = BadProgram(find_problems(worst, CURRENCIES))
        sentence = translator(language).say(refusal.sentence)
        assert all(problem in sentence for problem in said(worst, language))
        assert said(worst, language) == said(worst) or language != "en"


def test_warnings_as_shipped_may_be_longer_than_units_are_valid() -> None:
    """Those that would come before the units were earned are not sent."""
    assert said(expiring(ExpiryKind.FIXED_DURATION, duration=Duration(days=10))) == []
