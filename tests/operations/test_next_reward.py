"""What a card says comes next is what will come, also after stamps were taken back."""

import pytest
from support.counters import Counter, send_json
from support.rules import publish_changes
from support.shops import Shop

from walletpass.card.card import Card
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.earning.adjust import adjust

MARKS = (Milestone(3, "Cookie"), Milestone(5, "Tea"), Milestone(8, "Coffee"))


def begin(shop: Shop) -> str:
    """A card whose three stamps have brought the cookie."""
    publish_changes(shop, milestones=MARKS)
    page_key = shop.join("Anna")
    shop.stamp(shop.account_id(page_key), 3)
    return page_key


def take(shop: Shop, page_key: str, stamps: int) -> None:
    adjust(
        shop.services,
        shop.request(shop.account_id(page_key), take=stamps),
        Unit.STAMPS,
        -stamps,
        "correction",
    )


def card_of(shop: Shop, page_key: str) -> Card:
    return open_page(shop.services, page_key, "en").card


@pytest.mark.parametrize(
    ("taken", "named", "summary"),
    [
        (0, "Tea · 2 to go", "3 of 8 stamps. Next: Tea, 2 to go."),
        (1, "Tea · 3 to go", "2 of 8 stamps. Next: Tea, 3 to go."),
        (3, "Tea · 5 to go", "0 of 8 stamps. Next: Tea, 5 to go."),
    ],
)
def test_a_card_names_what_its_next_stamps_bring(shop: Shop, taken: int, named: str, summary: str) -> None:
    """The cookie was had, and does not come again on this card; the counter names the same."""
    page_key = begin(shop)
    if taken:
        take(shop, page_key, taken)
    card = card_of(shop, page_key)
    assert (card.name_next(), card.summary) == (named, summary)
    assert view_at_counter(shop.services, shop.merchant_id, card.typed_code).next_reward == card.next_reward
    account_id, gained = shop.account_id(page_key), ()
    for _ in range(int(card.missing.split()[0])):
        assert gained == ()
        shop.clock.pass_by(days=1)
        gained = shop.stamp(account_id).gained
    assert gained == (card.next_reward,)


def test_the_last_reward_comes_after_all_others_were_had(shop: Shop) -> None:
    """Two stamps short of the tea that the card has given, and of the next card's cookie nothing is said."""
    page_key = begin(shop)
    shop.clock.pass_by(days=1)
    shop.stamp(shop.account_id(page_key), 2)
    take(shop, page_key, 4)
    assert card_of(shop, page_key).name_next() == "Coffee · 7 to go"


def test_the_counter_hears_of_it_with_every_answer(counter: Counter) -> None:
    """And forgets it with the next card."""
    shop = counter.shop
    page_key = begin(shop)
    take(shop, page_key, 1)
    code, kim = counter.code_of(page_key), counter.signed_in()
    assert send_json(kim, "/staff/card", {"code": code}).json["passed"] == [3]
    told = []
    for visit in range(4):
        shop.clock.pass_by(days=1)
        body = {"code": code, "key": f"visit-number-{visit}", "adding": 2}
        outcome = send_json(kim, "/staff/stamp", body).json
        told.append((outcome["stamps"], outcome["gained"], outcome["passed"]))
    assert told == [(4, [], [3]), (6, ["Tea"], []), (0, ["Coffee"], []), (2, [], [])]
