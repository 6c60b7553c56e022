"""Friends who bring friends, as both meet it on their pages."""

import re
from html import unescape

import pytest
from support.rules import FRIENDS, publish_changes
from support.shops import Shop
from support.visitors import Visitor, open_app, read_inputs

from walletpass.operations.cards.close_card import close_card
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.wrong_codes import MOST_WRONG
from walletpass.store import referrals

WRONG = "Nobody here has this invitation code."


@pytest.fixture
def anna(one_shop: Shop) -> str:
    """The address of a member's card, where a friend who joins brings something."""
    publish_changes(one_shop, earn=(FRIENDS,))
    return f"/card/{one_shop.join('Anna')}"


def invited(visitor: Visitor, card: str) -> str:
    """The path that the card's page says to send to friends."""
    found = re.search(r'href="https?://[^/"]+(/join/[^"]+\?ref=[^"]+)"', visitor.get(card).text)
    assert found
    return unescape(found[1])


def friend_of(shop: Shop, answer_location: str) -> tuple[str, str] | None:
    """State of the referral, and why it was rejected."""
    with shop.services.reading() as tx:
        row = referrals.find_referral(tx, shop.account_id(answer_location.rpartition("/")[2]))
    return None if row is None else (row.state, row.rejection)


def test_a_friend_who_follows_the_link_is_brought(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    link = invited(visitor, anna)
    friend = Visitor(open_app(one_shop).test_client())
    page = friend.get(link)
    assert read_inputs(page.text)["ref"] == link.rpartition("=")[2]
    answer = friend.send(link, name="Bo")
    assert answer.status_code == 303
    assert friend_of(one_shop, answer.location) == ("qualified", "")


def test_the_code_can_be_typed_as_it_is_told(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    told = re.search(r'<p class="code">([A-Z0-9\-]+)</p>', visitor.get(anna).text)
    assert told
    friend = Visitor(open_app(one_shop).test_client())
    answer = friend.send(f"/join/{one_shop.code}", name="Bo", ref=told[1].lower())
    assert friend_of(one_shop, answer.location) == ("qualified", "")


def test_a_code_that_is_wrong_is_said_and_joining_goes_on_without(
    one_shop: Shop, visitor: Visitor, anna: str
) -> None:
    address = f"/join/{one_shop.code}"
    page = visitor.get(f"{address}?ref=KKKK-KKKK-KKKK")
    assert (page.status_code, WRONG in page.text) == (200, True)
    refused = visitor.send(address, name="Bo", ref="KKKK-KKKK-KKKK")
    assert (refused.status_code, WRONG in refused.text) == (400, True)
    assert read_inputs(refused.text)["ref"] == ""
    assert read_inputs(refused.text)["name"] == "Bo"
    answer = visitor.send(address, name="Bo", ref="")
    assert answer.status_code == 303
    assert friend_of(one_shop, answer.location) is None


def test_other_mistakes_in_the_form_keep_the_code(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    link = invited(visitor, anna)
    refused = visitor.send(link, email="no address")
    assert refused.status_code == 400
    assert read_inputs(refused.text)["ref"] == link.rpartition("=")[2]


def test_who_tries_many_codes_has_to_wait_and_can_join_without(
    one_shop: Shop, visitor: Visitor, anna: str
) -> None:
    link = invited(visitor, anna)
    for _ in range(MOST_WRONG):
        visitor.get(f"/join/{one_shop.code}?ref=KKKK-KKKK-KKKK")
    assert "Too many tries" in visitor.get(link).text
    assert visitor.send(f"/join/{one_shop.code}", name="Bo").status_code == 303


def test_whoever_follows_their_own_link_is_found_out_by_their_browser(one_shop: Shop, anna: str) -> None:
    del anna
    browser = Visitor(open_app(one_shop).test_client())
    first = browser.send(f"/join/{one_shop.code}", name="Cy")
    card = first.location
    second = browser.send(invited(browser, card), name="Cy again")
    assert friend_of(one_shop, second.location) == ("rejected", "same_device")


def test_a_browser_is_known_by_the_card_that_was_opened_in_it(
    one_shop: Shop, visitor: Visitor, anna: str
) -> None:
    """Also of somebody who joined elsewhere, and right after another browser has shown the card."""
    invited(visitor, anna)
    browser = Visitor(open_app(one_shop).test_client())
    answer = browser.send(invited(browser, anna), name="Anna again")
    assert friend_of(one_shop, answer.location) == ("rejected", "same_device")


def test_where_friends_bring_nothing_there_is_nothing_about_them(one_shop: Shop, visitor: Visitor) -> None:
    """Neither is anything kept in the browser."""
    page = visitor.get(f"/join/{one_shop.code}?ref=KKKK-KKKK-KKKK")
    assert 'name="ref"' not in page.text
    answer = visitor.send(f"/join/{one_shop.code}", name="Bo")
    assert "?ref=" not in visitor.get(answer.location).text
    assert visitor.client.get_cookie("device") is None
    assert list_customers(one_shop.services, one_shop.merchant_id).total == 1


def test_a_closed_card_invites_nobody(one_shop: Shop, visitor: Visitor, anna: str) -> None:
    account_id = one_shop.account_id(anna.rpartition("/")[2])
    close_card(one_shop.services, one_shop.merchant_id, account_id)
    assert "?ref=" not in visitor.get(anna).text
