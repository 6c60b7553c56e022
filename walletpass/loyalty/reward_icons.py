"""Small pictures that tell rewards apart where they are listed."""

from collections.abc import Mapping
from enum import StrEnum

from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate


class RewardIcon(StrEnum):
    GIFT = "gift"
    COFFEE = "coffee"
    DRINK = "drink"
    BREAD = "bread"
    CAKE = "cake"
    ICE_CREAM = "ice-cream"
    PIZZA = "pizza"
    MEAL = "meal"
    FLOWER = "flower"
    BOOK = "book"
    BAG = "bag"
    CLOTHES = "clothes"
    SCISSORS = "scissors"
    CAR = "car"
    HEART = "heart"
    STAR = "star"
    TICKET = "ticket"
    PERCENT = "percent"
    MONEY = "money"
    CARD = "card"


ICONS: Mapping[str, RewardIcon] = {icon.value: icon for icon in RewardIcon}
"""By the names that rules have for them."""
_OF_KIND: Mapping[RewardKind, RewardIcon] = {
    RewardKind.PERCENT_COUPON: RewardIcon.PERCENT,
    RewardKind.AMOUNT_COUPON: RewardIcon.MONEY,
    RewardKind.GIFT_CARD: RewardIcon.CARD,
    RewardKind.ACCESS: RewardIcon.TICKET,
    RewardKind.BONUS_UNITS: RewardIcon.STAR,
}


def icon_of(terms: RewardTemplate | None) -> RewardIcon:
    """The merchant's choice, else what fits the kind. Rules of former days may name one that does not exist."""
    if terms is None:
        return RewardIcon.GIFT
    return ICONS.get(terms.icon) or _OF_KIND.get(terms.kind, RewardIcon.GIFT)
