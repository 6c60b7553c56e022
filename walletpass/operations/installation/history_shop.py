"""The shop of the year that the demo can be given: a farm shop with stamps for visits and points for money."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Period, ReferralEvent, RuleLimit, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.local_days import at_local_time
from walletpass.loyalty.positions import Position
from walletpass.loyalty.program import Limits, Milestone, Program, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit, UnitName
from walletpass.operations.installation.add_merchant import NewMerchant
from walletpass.operations.locations.details import Details

SLUG = "appelboom"
ZONE = ZoneInfo("Europe/Amsterdam")
CARD = (Milestone(5, "Een pot jam"), Milestone(10, "Een groentekist"))
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
OWNER_NAMES = ("Robin", "Jip")
STAFF_NAMES = ("Kim", "Noor")
"""Who works at each branch."""
WORKSHOP = "kaas maken"
_WORKSHOP_DAYS = (2, 5)
"""Wednesday and Saturday, at the farm."""
_WORKSHOP_ENDS = time(16, 30)
GIFT_CARD_YEARS = 2


def find_workshop(after: date) -> datetime:
    """When the first one ends that begins some days after that day, so that there is time to say no."""
    day = after + timedelta(days=4)
    while day.weekday() not in _WORKSHOP_DAYS:
        day += timedelta(days=1)
    return at_local_time(day, _WORKSHOP_ENDS, ZONE)


@dataclass(frozen=True, slots=True)
class Good:
    price_minor: int
    often: int
    """How often it is bought, beside the others."""
    most: int = 1
    """Of it at once."""


GOODS: Mapping[str, Good] = {
    "eieren": Good(385, 30, 2),
    "melk": Good(245, 28, 3),
    "brood": Good(395, 26, 2),
    "groente": Good(620, 24, 2),
    "appels": Good(340, 20, 3),
    "kaas": Good(1180, 14),
    "sap": Good(475, 12, 3),
    "honing": Good(795, 6),
    "vlees": Good(2290, 5),
    "streekmand": Good(4950, 1),
}

COUPON = RewardTemplate(
    "five-off",
    RewardKind.AMOUNT_COUPON,
    "€ 5 korting",
    issue=IssueMode.CONVERT,
    price=200,
    amount_minor=500,
    minimum_minor=1500,
    valid_days=90,
    code_prefix="APPEL",
    unit_cost_minor=500,
)
TENTH = RewardTemplate(
    "tenth-off",
    RewardKind.PERCENT_COUPON,
    "10 % korting",
    percent=10,
    minimum_minor=2500,
    maximum_minor=1000,
    valid_days=60,
    code_prefix="BLOEI",
    unit_cost_minor=400,
)
COUPONS = {coupon.title: coupon for coupon in (COUPON, TENTH)}
TREAT = RewardTemplate(
    "apple-pie",
    RewardKind.GIFT,
    "Een punt appeltaart",
    issue=IssueMode.CHOOSE,
    price=80,
    unit_cost_minor=140,
    valid_days=30,
)
GIFT_CARD = RewardTemplate(
    "cadeaukaart",
    RewardKind.GIFT_CARD,
    "Cadeaukaart van € 5",
    issue=IssueMode.CHOOSE,
    price=180,
    amount_minor=500,
    unit_cost_minor=500,
    valid_days=365,
)
TOUR = RewardTemplate(
    "tour",
    RewardKind.CUSTOM,
    "Een rondje langs de stallen",
    text="Vraag wie er werkt; zaterdags om elf uur.",
    issue=IssueMode.CHOOSE,
    price=120,
    valid_days=45,
    stock=250,
    per_member=1,
)
_BIRTHDAY = RewardTemplate(
    "birthday-points", RewardKind.BONUS_UNITS, "50 punten voor je verjaardag", quantity=50
)
_GIFTS = (
    RewardTemplate("jam", RewardKind.GIFT, "Een pot jam", unit_cost_minor=180, valid_days=60),
    RewardTemplate("box", RewardKind.GIFT, "Een groentekist", unit_cost_minor=650, valid_days=120),
    RewardTemplate("basket", RewardKind.GIFT, "Een oogstmand", unit_cost_minor=1200, valid_days=60),
    RewardTemplate("picnic", RewardKind.ACCESS, "Oogstpicknick", text="Kom in september in de boomgaard."),
)
LOYAL = "loyal"
"""The rule for the most loyal."""
HONOURED = "orchard"
"""The tier that is also given by hand."""

PROGRAM = Program(
    tuple(replace(milestone, template=gift.id) for milestone, gift in zip(CARD, _GIFTS, strict=False)),
    ZONE,
    Limits(most_points_alone=15),
    kind=ProgramKind.MIXED,
    unit_names={
        Unit.STAMPS: {
            "nl": UnitName("appel", "appels"),
            "en": UnitName("apple", "apples"),
            "nb": UnitName("eple", "epler"),
            "da": UnitName("æble", "æbler"),
            "hu": UnitName("alma", "alma"),
        },
    },
    earn=(
        EarnRule("visit", Trigger.VISIT, Unit.STAMPS, 1, limit=RuleLimit(2, Period.DAY)),
        EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, carry=True),
        EarnRule(
            "own", Trigger.ITEM, Unit.POINTS, items={"honing": 5, "streekmand": 40}, name="Van eigen land"
        ),
        EarnRule(
            "quiet",
            Trigger.TIME_MULTIPLIER,
            Unit.POINTS,
            factor=200,
            name="Rustige uren",
            conditions=Conditions(weekdays=(2, 3, 4), start=time(13), end=time(15)),
        ),
        EarnRule("welcome", Trigger.WELCOME, Unit.POINTS, 25, limit=RuleLimit(1, Period.EVER)),
        EarnRule(
            "birthday", Trigger.BIRTHDAY, Unit.POINTS, reward=_BIRTHDAY.id, limit=RuleLimit(1, Period.YEAR)
        ),
        EarnRule("share", Trigger.SHARE, Unit.POINTS, 3, limit=RuleLimit(1, Period.MONTH)),
        EarnRule("check-in", Trigger.CHECK_IN, Unit.POINTS, 2, limit=RuleLimit(1, Period.WEEK)),
        EarnRule(
            "workshop", Trigger.BOOKING, Unit.POINTS, 40, delay=timedelta(hours=3), name="Workshop kaas maken"
        ),
        EarnRule(
            "friend",
            Trigger.REFERRAL,
            Unit.POINTS,
            50,
            event=ReferralEvent.FIRST_PAID_VISIT,
            hold=timedelta(days=14),
        ),
        EarnRule(LOYAL, Trigger.LOYAL_TOP, Unit.POINTS, reward="basket", limit=RuleLimit(1, Period.YEAR)),
    ),
    rewards=(COUPON, TENTH, TREAT, GIFT_CARD, TOUR, _BIRTHDAY, *_GIFTS),
    expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=4)),
    tier_plan=TierPlan(
        (
            TierRule("blossom", "Bloesem", 8, "Koffie van het huis", reward=TENTH.id),
            TierRule(HONOURED, "Boomgaard", 25, "Eerste keus uit de oogst", factor=120, reward="picnic"),
        )
    ),
)
