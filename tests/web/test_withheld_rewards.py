"""A card's page says why a full card gives nothing, as long as that is so."""

from dataclasses import replace

from support.rules import publish_changes
from support.shops import Shop
from support.visitors import Visitor

from walletpass.loyalty.program import Limits, Milestone
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.rewards.redeem import redeem

CAKE = RewardTemplate("cake", RewardKind.GIFT, "Cake", max_unredeemed=1)
GENEROUS = replace(Limits(), cool_down=0, repeat_window=0, most_per_scan=30, most_per_day=30)
WHY = "Cake: at most 1 can wait unused. Use one, and the next one comes."


def fill(shop: Shop, cake: RewardTemplate, stamps: int) -> str:
    """The key of the page of a card of two stamps that has got so many."""
    publish_changes(shop, milestones=(Milestone(2, "Cake", "cake"),), rewards=(cake,), limits=GENEROUS)
    page_key = shop.join("Anna")
    shop.stamp(shop.account_id(page_key), stamps)
    return page_key


def test_it_is_said_until_the_reward_comes(one_shop: Shop, visitor: Visitor) -> None:
    page_key = fill(one_shop, CAKE, 4)
    anna = one_shop.account_id(page_key)
    text = visitor.get(f"/card/{page_key}").text
    assert WHY in text
    assert text.index("Cake · ") < text.index(WHY) < text.index('id="ready"')
    (cake,) = load_standing(one_shop.services, one_shop.merchant_id, anna).rewards
    redeem(one_shop.services, one_shop.request(anna), cake.id)
    text = visitor.get(f"/card/{page_key}").text
    assert WHY not in text
    assert "Cake" in text[text.index('id="ready"') :]


def test_a_card_that_is_not_full_says_nothing(one_shop: Shop, visitor: Visitor) -> None:
    page_key = fill(one_shop, CAKE, 3)
    assert "can wait unused" not in visitor.get(f"/card/{page_key}").text


def test_somebody_else_may_take_the_last_one(one_shop: Shop, visitor: Visitor) -> None:
    last = replace(CAKE, max_unredeemed=None, stock=1)
    fill(one_shop, last, 2)
    page_key = one_shop.join("Béla")
    one_shop.stamp(one_shop.account_id(page_key), 2)
    assert "Cake: there are none left now." in visitor.get(f"/card/{page_key}").text


def test_a_card_that_was_closed_has_another_notice(one_shop: Shop, visitor: Visitor) -> None:
    page_key = fill(one_shop, CAKE, 4)
    close_card(one_shop.services, one_shop.merchant_id, one_shop.account_id(page_key))
    assert "can wait unused" not in visitor.get(f"/card/{page_key}").text
