"""A shop gives so many times a minute, whoever does it with whatever cards, on both databases."""

from dataclasses import replace

import pytest
from support.purchases import by_amount
from support.rules import publish_changes
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Limits, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import Price
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.stamp import stamp
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.posting.request import Post
from walletpass.operations.programs.rules import get_rules

MOST = 3


@pytest.fixture
def cards(shop: Shop) -> list[int]:
    """Of five members, at a shop that gives three times a minute."""
    publish_changes(shop, limits=replace(Limits(), per_shop_per_minute=MOST))
    return [shop.account_id(shop.join()) for _ in range(5)]


def test_the_next_one_is_told_when_it_goes_again(shop: Shop, cards: list[int]) -> None:
    for card in cards[:MOST]:
        shop.stamp(card)
        shop.clock.pass_by(seconds=10)
    with pytest.raises(Refusal) as refused:
        shop.stamp(cards[3])
    assert refused.value.code == "busy_shop"
    assert refused.value.sentence.values == {"most": MOST, "seconds": 30}
    shop.clock.pass_by(seconds=30)
    assert shop.stamp(cards[3]).added == 1
    with pytest.raises(Refusal, match="busy_shop"):
        shop.stamp(cards[4])


def test_another_shop_is_not_busy(shop: Shop, cards: list[int]) -> None:
    for card in cards[:MOST]:
        shop.stamp(card)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    code = get_rules(shop.services, other).code
    page_key = join(shop.services, code, Applicant(), "en", "", new_form_key()).page_key
    request = Post(other, shop.account_id(page_key), new_form_key(), {})
    assert stamp(shop.services, request, 1).added == 1


def test_what_a_till_reports_makes_nobody_wait(shop: Shop, cards: list[int]) -> None:
    """It sells as fast as it sells; the limit is for what people do by hand."""
    limits = replace(Limits(), per_shop_per_minute=MOST)
    publish_changes(shop, limits=limits, kind=ProgramKind.MIXED, earn=(by_amount(1, 100),))
    for card in cards[1:]:
        post_purchase(shop.services, shop.request(card), Purchase(Price(500), "EUR", {}))
    assert shop.stamp(cards[0]).added == 1


def test_the_same_request_again_is_answered_as_before(shop: Shop, cards: list[int]) -> None:
    first = shop.stamp(cards[0], key="one-intention-0001")
    for card in cards[1:MOST]:
        shop.stamp(card)
    assert shop.stamp(cards[0], key="one-intention-0001") == first


def test_a_shop_may_have_no_such_limit(shop: Shop, cards: list[int]) -> None:
    publish_changes(shop, limits=replace(Limits(), per_shop_per_minute=0))
    assert [shop.stamp(card).added for card in cards] == [1] * 5
