"""What a card says of days to come: what runs out first of each unit, and what can be used only later."""

from datetime import timedelta

from support.rules import publish_changes
from support.shops import Shop

from walletpass.card.card import Card
from walletpass.card.design import LANGUAGES
from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_purchase

THIRTY_DAYS = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))


def show(shop: Shop, page_key: str, language: str = "en") -> Card:
    return open_page(shop.services, page_key, language).card


def add(shop: Shop, page_key: str, stamps: int = 0, points: int = 0) -> None:
    for unit, n in ((Unit.STAMPS, stamps), (Unit.POINTS, points)):
        if n:
            adjust(shop.services, shop.request(shop.account_id(page_key)), unit, n, "courtesy")


def buy(shop: Shop, page_key: str, minor: int) -> None:
    purchase = Purchase(Price(minor), "EUR", {})
    post_purchase(shop.services, shop.request(shop.account_id(page_key)), purchase)


def test_units_of_both_kinds_that_end_on_one_day_are_told_together(shop: Shop) -> None:
    publish_changes(shop, kind=ProgramKind.MIXED, expiry=THIRTY_DAYS)
    page_key = shop.join()
    add(shop, page_key, 1, 485)
    card = show(shop, page_key)
    assert card.end == "22 Dec 2026"
    assert card.end_text == "1 stamp and 485 points can be used through 22 Dec 2026"
    shop.clock.pass_by(days=1)
    add(shop, page_key, points=5)
    card = show(shop, page_key)
    assert card.end == "1 stamp, 485 points · 22 Dec 2026"
    assert card.end_text == "1 stamp and 485 points can be used through 22 Dec 2026"


def test_units_that_end_on_different_days_are_told_soonest_first(shop: Shop) -> None:
    """Also where the card's main unit is the later one. There is room for one of them on the front."""
    publish_changes(shop, kind=ProgramKind.MIXED, expiry=THIRTY_DAYS)
    page_key = shop.join()
    add(shop, page_key, points=485)
    shop.clock.pass_by(days=1)
    add(shop, page_key, stamps=2)
    card = show(shop, page_key)
    assert card.end == "485 points · 22 Dec 2026"
    assert card.end_text == (
        "485 points can be used through 22 Dec 2026. 2 stamps can be used through 23 Dec 2026"
    )
    for language in LANGUAGES:
        told = show(shop, page_key, language).end_text
        assert ".." not in told
        assert told.index("485") < told.index("2026") < told.rindex("2026")


def test_units_that_wait_are_told_with_the_day_that_they_begin(shop: Shop) -> None:
    """They are in no balance yet; what is earned on one day is told as one. Then they count, and end in their turn."""
    waiting = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 10, per_minor=100, pending=timedelta(days=14))
    publish_changes(shop, kind=ProgramKind.POINTS, milestones=(), earn=(waiting,), expiry=THIRTY_DAYS)
    page_key = shop.join()
    buy(shop, page_key, 1000)
    shop.clock.pass_by(hours=2)
    buy(shop, page_key, 500)
    shop.clock.pass_by(days=1)
    buy(shop, page_key, 200)
    card = show(shop, page_key)
    assert card.summary == "0 points. 150 points can be used from 6 Dec 2026."
    assert (card.end, card.end_text) == ("", "")
    assert card.news == "20 points for €2.00 (10 points per €1.00); can be used from 7 Dec 2026."
    assert "2026. dec. 6." in show(shop, page_key, "hu").summary
    shop.clock.pass_by(days=13)
    card = show(shop, page_key)
    assert card.summary == "150 points. 20 points can be used from 7 Dec 2026."
    assert card.end == "22 Dec 2026"
