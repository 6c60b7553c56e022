"""What a coupon takes off an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.rewards.coupons import discount
from walletpass.loyalty.wording import Money


def percent(percent: int, minimum: int = 0, maximum: int = 0) -> RewardTemplate:
    return RewardTemplate(
        "c", RewardKind.PERCENT_COUPON, "Off", percent=percent, minimum_minor=minimum, maximum_minor=maximum
    )


def amount(minor: int, minimum: int = 0, maximum: int = 0) -> RewardTemplate:
    return RewardTemplate(
        "c", RewardKind.AMOUNT_COUPON, "Off", amount_minor=minor, minimum_minor=minimum, maximum_minor=maximum
    )


def refusal_of(terms: RewardTemplate, order_minor: int) -> Refusal:
    with pytest.raises(Refusal) as caught:
        discount(terms, order_minor, "EUR")
    return caught.value


def test_an_order_below_the_minimum_is_refused_and_the_minimum_itself_is_enough() -> None:
    """Loyalty reference 3.11, row 4: 10 %, from 100.00 before discount."""
    terms = percent(10, minimum=10_000)
    refused = refusal_of(terms, 9999)
    assert (refused.code, refused.sentence.values["least"]) == ("below_minimum", Money(10_000, "EUR"))
    assert discount(terms, 10_000, "EUR") == 1000


@pytest.mark.parametrize(
    ("terms", "order", "off"),
    [
        (percent(10), 1999, 199),
        (percent(10, maximum=150), 1999, 150),
        (percent(100), 1999, 1999),
        (amount(500), 1999, 500),
        (amount(500), 300, 300),
        (amount(500, maximum=400), 1999, 400),
        (percent(10), 9, 0),
    ],
)
def test_the_discount_is_rounded_down_and_kept_within_its_maximum_and_the_order(
    terms: RewardTemplate, order: int, off: int
) -> None:
    assert discount(terms, order, "EUR") == off


@pytest.mark.parametrize("terms", [percent(10), percent(10, minimum=10_000), amount(500)])
def test_a_coupon_is_not_used_up_for_nothing(terms: RewardTemplate) -> None:
    assert refusal_of(terms, 0).code == "order_missing"


@given(
    st.builds(percent, st.integers(1, 100), st.integers(0, 5000), st.integers(0, 5000))
    | st.builds(amount, st.integers(1, 10**6), st.integers(0, 5000), st.integers(0, 5000)),
    st.integers(5000, 10**12),
)
def test_no_coupon_takes_off_more_than_the_order(terms: RewardTemplate, order: int) -> None:
    assert 0 <= discount(terms, order, "EUR") <= min(order, terms.maximum_minor or order)


def test_what_is_no_coupon_or_no_order_is_refused() -> None:
    assert refusal_of(RewardTemplate("g", RewardKind.GIFT, "Mug"), 1999).code == "not_a_coupon"
    assert refusal_of(percent(10), -1).code == "bad_amount"
