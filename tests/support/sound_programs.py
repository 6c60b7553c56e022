"""A sound program for tests to break, and what is said of a broken one."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.program_problems import find_problems
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit
from walletpass.translations import translator

CURRENCIES = {"EUR", "NOK", "HUF", "JPY"}
OWN_LOCATIONS = {7}
GOLD = TierRule("gold", "Gold", 10)
VISIT = EarnRule("visit", Trigger.VISIT, Unit.POINTS, units=1)
SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, units=10, per_minor=100)
QUIET = EarnRule("quiet", Trigger.TIME_MULTIPLIER, Unit.POINTS, factor=200)
GIFT = RewardTemplate("gift", RewardKind.GIFT, "Mug")
PERCENT = RewardTemplate("ten", RewardKind.PERCENT_COUPON, "10 %", percent=10)
SOUND = Program(
    (Milestone(10, "Free coffee"),),
    ZoneInfo("Europe/Oslo"),
    kind=ProgramKind.MIXED,
    earn=(VISIT, SPEND, QUIET),
    rewards=(GIFT, PERCENT),
    tier_plan=TierPlan((GOLD,)),
)
POINTS = replace(SOUND, kind=ProgramKind.POINTS, milestones=())


def said(program: Program, language: str = "en") -> list[str]:
    say = translator(language).say
    return [say(problem) for problem in find_problems(program, CURRENCIES, OWN_LOCATIONS)]


CARD = "A card has from 1 to 30 stamps, and each reward a place of its own."
ID = "An id has from 1 to 40 letters a–z, digits, - and _."
COUPON = RewardTemplate("five", RewardKind.AMOUNT_COUPON, "5 off", amount_minor=500)
CARD_OF_MONEY = RewardTemplate("card", RewardKind.GIFT_CARD, "Gift card", amount_minor=2500)
EXCLUSIVE = replace(VISIT, exclusive=True)


def bounds(what: str, field: str, least: object, most: object) -> str:
    return f"{what}: “{field}” must be from {least} to {most}."
