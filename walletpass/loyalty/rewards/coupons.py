"""What a coupon takes off an order."""

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.rounding import floor_share
from walletpass.loyalty.wording import Money


def discount(terms: RewardTemplate, order_minor: int, currency: str) -> int:
    """Minor units off an order, whose amount is the one before any discount; never more than the order.

    Raises Refusal: not_a_coupon, bad_amount, order_missing, below_minimum.
    """
    if order_minor < 0:
        raise Refusal("bad_amount")
    full = _full_discount(terms, order_minor)
    if not order_minor:
        raise Refusal("order_missing")
    if order_minor < terms.minimum_minor:
        raise Refusal("below_minimum", least=Money(terms.minimum_minor, currency))
    return min(full, order_minor, terms.maximum_minor or full)


def _full_discount(terms: RewardTemplate, order_minor: int) -> int:
    match terms.kind:
        case RewardKind.PERCENT_COUPON:
            return floor_share(order_minor, terms.percent, 100)
        case RewardKind.AMOUNT_COUPON:
            return terms.amount_minor
    raise Refusal("not_a_coupon")
