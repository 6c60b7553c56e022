"""Members are written when their tier changes, and in time before it ends, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.program import Limits, Milestone
from walletpass.loyalty.tier_rules import TierPlan, TierRule, Window
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.undo import undo
from walletpass.operations.tiers.give import give_tier
from walletpass.store import due

GENEROUS = replace(Limits(), cool_down=0, repeat_window=0, most_per_day=30)
SILVER = TierRule("silver", "Silver", 2, benefit="Free refills")
GOLD = TierRule("gold", "Gold", 4)


@pytest.fixture
def anna(shop: Shop) -> int:
    """Of a shop where two visits in a year make silver and four gold."""
    plan = TierPlan((SILVER, GOLD))
    publish_changes(shop, tier_plan=plan, limits=GENEROUS, milestones=(Milestone(30, "Cake"),))
    return shop.account_id(shop.join("Anna", "anna@mail.example"))


def letters(shop: Shop) -> list[tuple[str, str]]:
    """Subject and text of those that came since."""
    while do_due(shop.services):
        pass
    deliver_due(shop.services)
    new = [(subject, text) for _, subject, text in shop.mail.letters]
    shop.mail.letters.clear()
    return new


def go_to_next(shop: Shop) -> None:
    with shop.services.reading() as tx:
        at = due.next_due(tx)
    assert at is not None
    shop.clock.at = max(shop.clock.at, at)


def visit(shop: Shop, account_id: int, times: int = 1) -> None:
    for _ in range(times):
        shop.stamp(account_id)
        shop.clock.pass_by(minutes=1)


def test_a_member_who_is_raised_is_told_what_that_brings_and_what_is_next(shop: Shop, anna: int) -> None:
    visit(shop, anna)
    assert letters(shop) == []
    visit(shop, anna)
    ((subject, text),) = letters(shop)
    assert subject == "Corner Coffee: Welcome to Silver: Free refills"
    assert "2 more visits by 21 Nov 2027 for Gold" in text
    assert "Your card: http" in text
    assert letters(shop) == []


def test_a_member_is_warned_before_a_tier_ends_and_told_when_it_has(shop: Shop, anna: int) -> None:
    visit(shop, anna, 2)
    letters(shop)
    shop.clock.pass_by(days=300)
    go_to_next(shop)
    ((subject, text),) = letters(shop)
    assert subject == "Corner Coffee: Silver ends after 22 Dec 2027"
    assert "To keep it: 2 more visits by then" in text
    go_to_next(shop)
    ((subject, text),) = letters(shop)
    assert subject == "Corner Coffee: Your tier Silver has ended"
    assert "Your tier Silver has ended. 2 more visits" in text


def test_a_tier_that_the_rules_have_no_longer_ends_without_a_name(shop: Shop, anna: int) -> None:
    visit(shop, anna, 2)
    letters(shop)
    publish_changes(shop, tier_plan=TierPlan((GOLD,)))
    go_to_next(shop)
    ((subject, _),) = letters(shop)
    assert subject == "Corner Coffee: Your tier has ended"


def test_of_tiers_that_ended_the_last_one_is_named(shop: Shop, anna: int) -> None:
    """It was given by hand, and is named as the rules name it by now."""
    give_tier(shop.services, shop.request(anna), "silver")
    give_tier(shop.services, shop.request(anna), "gold")
    letters(shop)
    publish_changes(shop, tier_plan=TierPlan((SILVER, replace(GOLD, name="Golden"))))
    give_tier(shop.services, shop.request(anna), "")
    ((subject, _),) = letters(shop)
    assert subject == "Corner Coffee: Your tier Golden has ended"


def test_doing_what_the_letter_says_on_the_last_day_keeps_the_tier(shop: Shop) -> None:
    """The visits that made it are out of the window by then, one a day; each new one makes one less to do."""
    publish_changes(shop, tier_plan=TierPlan((SILVER, GOLD)), limits=GENEROUS)
    page_key = shop.join("Anna", "anna@mail.example")
    anna = shop.account_id(page_key)
    for _ in range(5):
        visit(shop, anna)
        shop.clock.pass_by(days=1)
    letters(shop)
    while not (told := letters(shop)):
        go_to_next(shop)
    ((subject, text),) = told
    assert subject == "Corner Coffee: Gold ends after 23 Dec 2027"
    assert "To keep it: 4 more visits by then" in text
    shop.clock.pass_by(days=1)
    for still in ("3 more visits", "2 more visits", "1 more visit"):
        visit(shop, anna)
        tier_text = open_page(shop.services, page_key, "en").card.tier_text
        assert tier_text == f"Gold through 23 Dec 2027. To keep it: {still} by then"
        shop.clock.pass_by(days=9)
    visit(shop, anna)
    shop.clock.pass_by(days=30)
    assert letters(shop) == []
    assert open_page(shop.services, page_key, "en").card.tier_text == "Gold: the highest tier"


def test_a_warning_that_no_longer_holds_is_not_sent(shop: Shop, anna: int) -> None:
    """The member came before the letter left."""
    visit(shop, anna, 2)
    letters(shop)
    go_to_next(shop)
    assert do_due(shop.services)
    visit(shop, anna, 2)
    assert letters(shop) == []


def test_a_warning_that_no_longer_holds_is_followed_by_nothing(shop: Shop, anna: int) -> None:
    visit(shop, anna, 2)
    letters(shop)
    go_to_next(shop)
    letters(shop)
    visit(shop, anna, 2)
    assert letters(shop) == []


def test_what_was_taken_back_before_it_was_told_is_not_told(shop: Shop, anna: int) -> None:
    """A stamp that went to the wrong card, and back within the minute."""
    plan = TierPlan((SILVER, GOLD), window=Window.CALENDAR_YEAR)
    publish_changes(shop, tier_plan=plan)
    visit(shop, anna, 2)
    undo(shop.services, shop.request(anna), at_any_time=True)
    give_tier(shop.services, shop.request(anna), "")
    ((subject, _),) = letters(shop)
    assert subject == "Corner Coffee: Your tier Silver has ended"


def test_what_staff_give_is_told_too(shop: Shop, anna: int) -> None:
    through = shop.clock.now().date() + timedelta(days=30)
    give_tier(shop.services, shop.request(anna), "gold", through)
    ((subject, _),) = letters(shop)
    assert subject == "Corner Coffee: Welcome to Gold"


def test_the_letter_is_in_the_members_language(shop: Shop, anna: int) -> None:
    bela = shop.account_id(shop.join("Béla", "bela@mail.example", "hu"))
    visit(shop, bela, 2)
    ((subject, text),) = letters(shop)
    assert subject == "Corner Coffee: Új szint: Silver – Free refills"
    assert "A kártyád" in text


def test_who_gave_no_address_is_written_nothing(shop: Shop, anna: int) -> None:
    visit(shop, shop.account_id(shop.join("Cy")), 2)
    assert letters(shop) == []
