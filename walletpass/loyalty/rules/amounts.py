"""The part of a price that earns."""

from dataclasses import astuple, dataclass

from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.gift_cards import earning_part

MOST_MINOR = 10**11
"""Of one purchase. Above that somebody has mistaken the field."""


@dataclass(frozen=True, slots=True)
class Price:
    """A bill or, with the same meaning, what is paid back of one. Minor units, each at least 0 and inside `gross`."""

    gross: int
    """All of it, with tax, before anything else here is taken off."""
    tax: int = 0
    """Of what is left when the rest is taken off."""
    discounts: int = 0
    gift_cards: int = 0
    """Gift cards bought."""
    tips: int = 0
    delivery: int = 0
    rewarded: int = 0
    """Paid by rewards and gift cards."""


def find_eligible(program: Program, price: Price) -> int:
    """Never below 0. A refund takes the program version by which the purchase earned. Raises Refusal bad_amount."""
    if price.gross > MOST_MINOR or not all(0 <= amount <= price.gross for amount in astuple(price)):
        raise Refusal("bad_amount")
    left = price.gross - price.discounts - price.tips - price.delivery
    left = earning_part(left, price.gift_cards, gift_cards_earn=program.earns_on_gift_cards)
    if not program.earns_on_rewarded_part:
        left -= price.rewarded
    if not program.earns_on_tax:
        left -= price.tax
    return max(0, left)
