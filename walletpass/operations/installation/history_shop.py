"""The shop of the year that the demo can be given: a farm shop with stamps for visits and points for money."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from zoneinfo import ZoneInfo

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Period, RuleLimit, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.positions import Position
from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit, UnitName
from walletpass.operations.installation.add_merchant import NewMerchant
from walletpass.operations.locations.details import Details

SLUG = "appelboom"
ZONE = ZoneInfo("Europe/Amsterdam")
CARD = (Milestone(5, "A jar of jam"), Milestone(10, "A box of vegetables"))
MERCHANT = NewMerchant(
    "Boerderij Appelboom",
    "farm-shop",
    "nl",
    ZONE,
    CARD,
    "Boerderij Appelboom\nDijk 4, Houten\n+31 30 000 00 00",
)
BRANCHES = (
    Details("Houten", Position(52.0283, 5.1686), {"nl": "Vers van het land"}, "Dijk 4, Houten"),
    Details("Utrecht", Position(52.0907, 5.1214), {"nl": "Vandaag op de markt"}, "Markt 1, Utrecht"),
)


@dataclass(frozen=True, slots=True)
class Good:
    price_minor: int
    often: int
    """How often it is bought, beside the others."""
    most: int = 1
    """Of it at once."""


GOODS: Mapping[str, Good] = {
    "eggs": Good(385, 30, 2),
    "milk": Good(245, 28, 3),
    "bread": Good(395, 26, 2),
    "vegetables": Good(620, 24, 2),
    "apples": Good(340, 20, 3),
    "cheese": Good(1180, 14),
    "juice": Good(475, 12, 3),
    "honey": Good(795, 6),
    "meat": Good(2290, 5),
    "hamper": Good(4950, 1),
}

COUPON = RewardTemplate(
    "five-off",
    RewardKind.AMOUNT_COUPON,
    "€ 5 off",
    issue=IssueMode.CONVERT,
    price=200,
    amount_minor=500,
    minimum_minor=1500,
    valid_days=90,
    code_prefix="APPEL",
    unit_cost_minor=500,
)
TREAT = RewardTemplate(
    "apple-pie",
    RewardKind.GIFT,
    "A slice of apple pie",
    issue=IssueMode.CHOOSE,
    price=80,
    unit_cost_minor=140,
)
_GIFTS = (
    RewardTemplate("jam", RewardKind.GIFT, "A jar of jam", unit_cost_minor=180, valid_days=60),
    RewardTemplate("box", RewardKind.GIFT, "A box of vegetables", unit_cost_minor=650, valid_days=120),
    RewardTemplate("picnic", RewardKind.ACCESS, "Harvest picnic", text="Come to the orchard in September."),
)

PROGRAM = Program(
    tuple(replace(milestone, template=gift.id) for milestone, gift in zip(CARD, _GIFTS, strict=False)),
    ZONE,
    kind=ProgramKind.MIXED,
    unit_names={
        Unit.STAMPS: {"nl": UnitName("appel", "appels"), "en": UnitName("apple", "apples")},
        Unit.POINTS: {"nl": UnitName("punt", "punten"), "en": UnitName("point", "points")},
    },
    earn=(
        EarnRule("visit", Trigger.VISIT, Unit.STAMPS, 1, limit=RuleLimit(2, Period.DAY)),
        EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, carry=True),
        EarnRule("honey", Trigger.ITEM, Unit.POINTS, items={"honey": 5, "hamper": 40}, name="Of our own"),
        EarnRule(
            "quiet",
            Trigger.TIME_MULTIPLIER,
            Unit.POINTS,
            factor=200,
            name="Quiet hours",
            conditions=Conditions(weekdays=(2, 3, 4), start=time(13), end=time(15)),
        ),
        EarnRule("welcome", Trigger.WELCOME, Unit.POINTS, 25, limit=RuleLimit(1, Period.EVER)),
        EarnRule("birthday", Trigger.BIRTHDAY, Unit.POINTS, 50, limit=RuleLimit(1, Period.YEAR)),
    ),
    rewards=(COUPON, TREAT, *_GIFTS),
    expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=4)),
    tier_plan=TierPlan(
        (
            TierRule("blossom", "Blossom", 8, "A coffee while you wait"),
            TierRule("orchard", "Orchard", 25, "First choice of the harvest", factor=120, reward="picnic"),
        )
    ),
)
