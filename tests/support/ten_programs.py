"""Ten programs as different as shops have them, each with a card in the midst of its life."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Milestone, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit, UnitName
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.rewards.choose import choose
from walletpass.operations.tiers.give import give_tier

Live = Callable[[Shop, int], object]

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, units=1, per_minor=100, carry=True)
VISIT = EarnRule("visit", Trigger.VISIT, Unit.STAMPS, units=1)
TENTH = RewardTemplate(
    "tenth",
    RewardKind.PERCENT_COUPON,
    "10% off",
    issue=IssueMode.CONVERT,
    price=100,
    percent=10,
    minimum_minor=2000,
    maximum_minor=1500,
    valid_days=30,
)
GIFT_CARD = RewardTemplate(
    "card", RewardKind.GIFT_CARD, "Gift card of €10", issue=IssueMode.CHOOSE, price=100, amount_minor=1000
)
MUG = RewardTemplate("mug", RewardKind.GIFT, "Enamel mug", issue=IssueMode.CHOOSE, price=250)
TOTE = RewardTemplate("tote", RewardKind.GIFT, "Tote bag", issue=IssueMode.CHOOSE, price=600)
FIVE_OFF = RewardTemplate("five", RewardKind.AMOUNT_COUPON, "€5 off", amount_minor=500, valid_days=60)
BEANS = {
    Unit.POINTS: {"en": UnitName("bean", "beans"), "hu": UnitName("kávébab", "kávébab")},
}
LONG = "Egy szelet házi csokoládétorta tejszínhabbal és meggyel"
STATUS = TierPlan(
    (TierRule("silver", "Silver", 3), TierRule("gold", "Gold member", 12, benefit="Cake at birthdays"))
)
YEAR_FROM_LAST_VISIT = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=3))
POINTS: Mapping[str, Any] = {"kind": ProgramKind.POINTS, "milestones": ()}
MIXED: Mapping[str, Any] = {"kind": ProgramKind.MIXED, "milestones": (Milestone(10, "Free lunch"),)}


@dataclass(frozen=True)
class Case:
    name: str
    shop: str
    template: str
    changes: Mapping[str, Any]
    live: Live

    def publish(self, shop: Shop) -> None:
        if self.changes:
            publish_changes(shop, **self.changes)

    def live_through(self, shop: Shop, member: str, language: str) -> str:
        """The key of a new card's page, after what happened to it."""
        page_key = shop.join(member, language=language)
        self.live(shop, shop.account_id(page_key))
        return page_key


def stamp_daily(*adding: int) -> Live:
    def live(shop: Shop, account_id: int) -> None:
        for stamps in adding:
            shop.stamp(account_id, stamps)
            shop.clock.pass_by(days=1)

    return live


def buy(shop: Shop, account_id: int, minor: int, external_id: str | None = None) -> Outcome:
    bought = Purchase(Price(minor), "EUR", {}, external_id)
    return post_purchase(shop.services, shop.request(account_id, minor=minor), bought)


def spend(*amounts: int) -> Live:
    def live(shop: Shop, account_id: int) -> None:
        for minor in amounts:
            buy(shop, account_id, minor)
            shop.clock.pass_by(hours=1)

    return live


def spend_and_choose(shop: Shop, account_id: int) -> None:
    spend(31240, 8000)(shop, account_id)
    choose(shop.services, shop.request(account_id, choose="mug"), "mug")


def spend_on_a_gift_card(shop: Shop, account_id: int) -> None:
    spend(1240, 9900)(shop, account_id)
    choose(shop.services, shop.request(account_id, choose="card"), "card")


def return_what_was_spent(shop: Shop, account_id: int) -> None:
    """Points that a mug was chosen for are taken back."""
    bill = f"till-{account_id}"
    buy(shop, account_id, 26500, bill)
    choose(shop.services, shop.request(account_id, choose="mug"), "mug")
    refund(shop.services, shop.request(account_id, refund=bill), bill)


def rise(shop: Shop, account_id: int) -> None:
    stamp_daily(1, 1, 1, 1)(shop, account_id)
    give_tier(shop.services, shop.request(account_id, tier="silver"), "silver")


def say_sorry(shop: Shop, account_id: int) -> None:
    stamp_daily(3, 2)(shop, account_id)
    note = "Sorry for the long wait on Saturday!"
    adjust(shop.services, shop.request(account_id, sorry=1), Unit.STAMPS, 1, "goodwill", note)


TEN = (
    Case(
        "stamps-8",
        "Bakkerij Zilt",
        "bakery",
        {"milestones": (Milestone(8, "Free starter"),)},
        stamp_daily(3, 2),
    ),
    Case(
        "stamps-10-two-milestones",
        "Kaffebrenneriet Nord",
        "coffee-bar",
        {"milestones": (Milestone(5, "Free cookie"), Milestone(10, "Free coffee"))},
        stamp_daily(3, 3),
    ),
    Case(
        "stamps-30", "Sparkle Car Wash", "car-wash", {"milestones": (Milestone(30, "Free wash"),)}, say_sorry
    ),
    Case(
        "coupons",
        "Hof van Eden",
        "farm-shop",
        {**POINTS, "earn": (SPEND,), "rewards": (TENTH,)},
        spend(14250),
    ),
    Case(
        "points-choose",
        "Maison Lune",
        "boutique",
        {**POINTS, "earn": (SPEND,), "rewards": (MUG, TOTE), "unit_names": BEANS},
        spend_and_choose,
    ),
    Case(
        "mixed-with-gift-cards",
        "Pizzeria Sole",
        "pizzeria",
        {**MIXED, "earn": (SPEND, VISIT), "rewards": (GIFT_CARD,)},
        spend_on_a_gift_card,
    ),
    Case("tiers", "Sharp & Sons", "barber", {"tier_plan": STATUS}, rise),
    Case(
        "rolling-expiry",
        "Blomsterstuen",
        "florist",
        {**POINTS, "earn": (SPEND,), "rewards": (MUG,), "expiry": YEAR_FROM_LAST_VISIT},
        spend(4000, 6000),
    ),
    Case(
        "owing",
        "Boghandel Lind",
        "bookshop",
        {**POINTS, "earn": (SPEND,), "rewards": (MUG, TOTE)},
        return_what_was_spent,
    ),
    Case(
        "many-rewards-long-names",
        "Lélegzet Jógastúdió és Teaház",
        "yoga-studio",
        {
            **MIXED,
            "milestones": (Milestone(2, LONG), Milestone(4, "Free tea", "five"), Milestone(6, LONG + "!")),
            "rewards": (FIVE_OFF, MUG),
            "earn": (SPEND,),
            "expiry": YEAR_FROM_LAST_VISIT,
            "tier_plan": STATUS,
        },
        lambda shop, account_id: (
            stamp_daily(3, 3, 3, 3, 2)(shop, account_id),
            buy(shop, account_id, 12345),
            give_tier(shop.services, shop.request(account_id, tier="gold"), "gold"),
        ),
    ),
)
