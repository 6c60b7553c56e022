"""What a card says comes next is what will come, also after stamps were taken back."""

import pytest
from support.counters import Counter, send_json
from support.rules import publish_changes
from support.shops import Shop

from walletpass.card.card import Card, Progress
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.google.pictures import find_pictures
from walletpass.store import accounts

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


@pytest.mark.parametrize(("taken", "marked"), [(0, (3, 5, 8)), (1, (5, 8)), (3, (5, 8))])
def test_the_picture_marks_what_was_given_and_what_will_be(
    shop: Shop, taken: int, marked: tuple[int, ...]
) -> None:
    """A place that lies ahead again is plain on either wallet, in one picture for all such."""
    pictures = set()
    for page_key in (begin(shop), begin(shop)):
        if taken:
            take(shop, page_key, taken)
        progress = card_of(shop, page_key).progress
        assert progress == Progress(3 - taken, 8, marked)
        with shop.services.reading() as tx:
            version = accounts.find_account(tx, shop.account_id(page_key)).design_version_id
        pictures.add(find_pictures(shop.services, version, progress).hero)
    assert len(pictures) == 1


def test_a_place_is_marked_again_once_it_is_full(shop: Shop) -> None:
    """As on the cards of everybody who came that far; so it is on the next card."""
    page_key = begin(shop)
    take(shop, page_key, 1)
    seen = []
    for adding in (2, 3, 1):
        shop.clock.pass_by(days=1)
        shop.stamp(shop.account_id(page_key), adding)
        seen.append(card_of(shop, page_key).progress)
    assert seen == [Progress(stamps, 8, (3, 5, 8)) for stamps in (4, 7, 0)]


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
