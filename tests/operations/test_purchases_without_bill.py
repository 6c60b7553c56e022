"""What limits a purchase that no bill's number tells from one that is entered twice."""

from datetime import timedelta
from typing import Any

import pytest
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.posting.outcome import Outcome


def buy(shop: Shop, account_id: int, minor: int, **more: Any) -> Outcome:
    purchase = Purchase(Price(minor), "EUR", more.pop("items", {}), **more)
    return post_purchase(shop.services, shop.request(account_id), purchase)


def new_card(shop: Shop) -> int:
    publish_changes(shop, milestones=(Milestone(30, "Cake"),))
    return shop.account_id(shop.join())


def test_the_same_purchase_a_moment_later_is_the_same_one(shop: Shop) -> None:
    """Another amount is another one, and so is the same amount later, or with the number of its bill."""
    account_id = new_card(shop)
    assert not buy(shop, account_id, 500).repeat
    assert [(again.repeat, again.stamps) for again in (buy(shop, account_id, 500) for _ in "ab")] == [
        (True, 1)
    ] * 2
    assert buy(shop, account_id, 501).stamps == 2
    assert buy(shop, account_id, 501, external_id="till-1").stamps == 3
    shop.clock.pass_by(seconds=5)
    assert buy(shop, account_id, 501).stamps == 4


def test_a_card_has_its_stamps_for_a_day(shop: Shop) -> None:
    """More of them take the number of the bill; what a till sends late was in its books."""
    account_id = new_card(shop)
    for _ in range(5):
        shop.clock.pass_by(minutes=1)
        buy(shop, account_id, 500)
    shop.clock.pass_by(minutes=1)
    with pytest.raises(Refusal, match="bill_needed"):
        buy(shop, account_id, 500)
    assert buy(shop, account_id, 500, external_id="till-1").stamps == 6
    assert buy(shop, account_id, 500, happened_at=shop.clock.at - timedelta(hours=1)).stamps == 7


def test_a_card_is_not_used_time_and_again_within_a_minute(shop: Shop) -> None:
    """Also where purchases bring points, of which a day has no limit."""
    publish_changes(shop, earn=(EarnRule("tea", Trigger.ITEM, Unit.STAMPS, items={"tea": 1}),))
    account_id = shop.account_id(shop.join())
    for minor in range(100, 110):
        buy(shop, account_id, minor)
    with pytest.raises(Refusal, match="busy_card"):
        buy(shop, account_id, 110)
    shop.clock.pass_by(minutes=1)
    assert buy(shop, account_id, 110, items={"tea": 2}).stamps == 2


def test_another_count_is_no_second_trigger_of_the_scanner(shop: Shop) -> None:
    account_id = new_card(shop)
    shop.stamp(account_id, 2)
    assert shop.stamp(account_id, 2).repeat
    for adding, code in (
        (1, "too_soon"),
        (0, "bad_quantity"),
        (-1, "bad_quantity"),
        (10**9, "too_many_at_once"),
    ):
        with pytest.raises(Refusal, match=code):
            shop.stamp(account_id, adding)
    assert shop.stamp(account_id, 1, reason="came back").stamps == 3
