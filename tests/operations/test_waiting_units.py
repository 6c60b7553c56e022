"""Units that can be used only later: they are in no balance, and yet they pay what is owed."""

from datetime import timedelta

import pytest
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)


@pytest.fixture
def account(shop: Shop) -> int:
    publish_changes(shop, kind=ProgramKind.MIXED, earn=(SPEND,))
    return shop.account_id(shop.join())


def wait_three_days(shop: Shop) -> None:
    waiting = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100, pending=timedelta(days=3))
    publish_changes(shop, earn=(waiting,))


def buy(shop: Shop, account_id: int, name: str, minor: int = 1000) -> int:
    purchase = Purchase(Price(minor), "EUR", {}, external_id=name)
    return post_purchase(shop.services, shop.request(account_id), purchase).points


def test_what_waits_and_is_refunded_leaves_the_balance_alone(shop: Shop, account: int) -> None:
    buy(shop, account, "a")
    wait_three_days(shop)
    assert buy(shop, account, "b") == 10
    assert refund(shop.services, shop.request(account), "b").points == 10
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=4)
    assert adjust(shop.services, shop.request(account), Unit.POINTS, 1, "goodwill").points == 11
    assert find_breaches(shop) == []


def test_what_waits_pays_what_is_owed_at_once(shop: Shop, account: int) -> None:
    """25 are owed; of 40 that can be used in three days, 15 are left for then."""
    buy(shop, account, "a", 2500)
    adjust(shop.services, shop.request(account), Unit.POINTS, -25, "correction")
    assert refund(shop.services, shop.request(account), "a").points == -25
    wait_three_days(shop)
    assert buy(shop, account, "b", 4000) == 0
    assert find_breaches(shop) == []
    shop.clock.pass_by(days=4)
    assert buy(shop, account, "c", 0) == 15
    assert find_breaches(shop) == []
