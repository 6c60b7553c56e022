"""What a program gives: rewards as a merchant defines them. What a member holds is an issued reward."""

from dataclasses import dataclass
from enum import StrEnum

from walletpass.loyalty.units import Unit


class RewardKind(StrEnum):
    GIFT = "gift"
    PERCENT_COUPON = "percent_coupon"
    AMOUNT_COUPON = "amount_coupon"
    GIFT_CARD = "gift_card"
    ACCESS = "access"
    """Early product, event, group: `text` says how."""
    BONUS_UNITS = "bonus_units"
    CUSTOM = "custom"
    """The merchant's own words, confirmed by staff."""

    @property
    def is_coupon(self) -> bool:
        return self in (RewardKind.PERCENT_COUPON, RewardKind.AMOUNT_COUPON)


class IssueMode(StrEnum):
    MILESTONE = "milestone"
    """By a milestone of the card, a tier or an earn rule that names it."""
    CONVERT = "convert"
    """By itself, again and again while the balance reaches `price`."""
    CHOOSE = "choose"
    """The member takes it for `price`."""


@dataclass(frozen=True, slots=True)
class RewardTemplate:
    """Money in minor units of the program's currency; 0 or None where a limit does not exist."""

    id: str
    """Stable over versions; letters, digits, - and _."""
    kind: RewardKind
    title: str
    text: str = ""
    icon: str = ""
    """Of `reward_icons`; empty: one that fits the kind."""
    issue: IssueMode = IssueMode.MILESTONE
    price: int = 0
    """Units."""
    unit: Unit = Unit.POINTS
    """Of the price, and of bonus units."""
    unit_cost_minor: int = 0
    """What giving it costs the merchant."""
    valid_days: int | None = None
    """Through the end of so many local days after the day of issue."""
    percent: int = 0
    amount_minor: int = 0
    """Of an amount coupon; the face value of a gift card."""
    minimum_minor: int = 0
    """Least order, before discount."""
    maximum_minor: int = 0
    """Most discount."""
    code_prefix: str = ""
    transferable: bool = True
    """A gift card, to another person."""
    quantity: int = 0
    """Bonus units."""
    stock: int | None = None
    """How many are given in all."""
    per_member: int | None = None
    max_unredeemed: int | None = None
    """How many a member may hold unused; beyond that none is given."""
