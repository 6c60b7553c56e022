"""What an owner sees of their customers, on both databases."""

import pytest
from support.returns import SPEND, STAMP_FOR_TEN, Card
from support.shops import Shop, add_shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.list_customers import ORDERS, list_customers
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.customers.status import set_status
from walletpass.operations.programs.overview import load_overview
from walletpass.operations.rewards.redeem import redeem


def names(shop: Shop, **asked: str) -> list[str]:
    return [line.name for line in list_customers(shop.services, shop.merchant_id, **asked).lines]


@pytest.fixture
def customers(shop: Shop) -> dict[str, int]:
    """Anna came three times, long ago; Ödön joined last and came once."""
    anna = shop.account_id(shop.join("Anna Kovács", "anna@example.com"))
    for _ in range(3):
        shop.clock.pass_by(days=1)
        shop.stamp(anna)
    shop.clock.pass_by(days=1)
    odon = shop.account_id(shop.join("Szőke Ödön"))
    shop.clock.pass_by(hours=1)
    shop.stamp(odon)
    return {"anna": anna, "odon": odon}


@pytest.mark.parametrize("order", ORDERS)
def test_each_order_puts_somebody_else_first(shop: Shop, customers: dict[str, int], order: str) -> None:
    set_status(shop.services, shop.merchant_id, customers["odon"], MemberStatus.VIP)
    first = {"stamps": "Anna Kovács", "name": "Anna Kovács"}
    nobody_has = ("points", "opened")
    expected = "Anna Kovács" if order in nobody_has else first.get(order, "Szőke Ödön")
    assert names(shop, order=order)[0] == expected


def test_a_customer_is_found_by_part_of_a_name_or_a_whole_address(
    shop: Shop, customers: dict[str, int]
) -> None:
    assert names(shop, search="kov") == ["Anna Kovács"]
    assert names(shop, search=" Anna@Example.com ") == ["Anna Kovács"]
    assert names(shop, search="anna@") == []
    assert names(shop, search="%") == []


def test_an_order_that_does_not_exist_and_a_page_beyond_the_end_do_no_harm(
    shop: Shop, customers: object
) -> None:
    assert len(names(shop, order="'; DROP TABLE members; --")) == 2
    assert list_customers(shop.services, shop.merchant_id, page=10**6).lines == []


def test_nobody_sees_another_shops_customers(shop: Shop, customers: dict[str, int]) -> None:
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    assert list_customers(shop.services, other).lines == []
    assert list_customers(shop.services, other, search="anna@example.com").total == 0
    with pytest.raises(Refusal) as caught:
        load_customer(shop.services, other, customers["anna"], "en")
    assert caught.value.code == "unknown_card"


def test_a_customer_is_shown_with_contacts_and_a_ledger_that_explains_itself(
    shop: Shop, customers: dict[str, int]
) -> None:
    customer = load_customer(shop.services, shop.merchant_id, customers["anna"], "en")
    assert customer.contacts == {"email": "anna@example.com"}
    assert [line.quantity for line in customer.history] == [1, 1, 1]
    assert customer.card.progress.count == 3


def test_the_overview_counts_customers_recent_stamps_and_used_rewards(
    shop: Shop, customers: dict[str, int]
) -> None:
    for _ in range(9):
        shop.clock.pass_by(days=1)
        outcome = shop.stamp(customers["odon"])
    redeem(shop.services, shop.request(customers["odon"]), outcome.ready[0].id)
    shop.clock.pass_by(hours=1)
    overview = load_overview(shop.services, shop.merchant_id)
    assert (overview.customers, overview.rewards_used) == (2, 1)
    assert overview.stamps == 7


def test_the_overview_counts_each_unit_by_itself_and_only_rewards_used_at_the_counter(shop: Shop) -> None:
    """A gift card and units that are a reward are had at once: nobody used them, nobody earned such units, and when
    they are returned nothing that was earned goes."""
    gifts = (
        RewardTemplate("card", RewardKind.GIFT_CARD, "5 €", amount_minor=500),
        RewardTemplate("more", RewardKind.BONUS_UNITS, "More", quantity=50),
    )
    lucky = [EarnRule(gift.id, Trigger.VISIT, Unit.STAMPS, reward=gift.id) for gift in gifts]
    card = Card(shop, earn=(STAMP_FOR_TEN, SPEND, *lucky), rewards=gifts)
    card.buy("lunch", 30)
    card.buy("dinner", 20)
    card.give_back("dinner")
    overview = load_overview(shop.services, shop.merchant_id)
    assert (overview.stamps, overview.points, overview.rewards_used) == (3, 30, 0)
