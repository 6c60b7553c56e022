"""How customers are found: by what they say, and by what they show."""

import pytest
from support.shops import Shop, add_shop

from walletpass.loyalty.identifiers import IdentifierKind
from walletpass.loyalty.people import MOST_IDENTIFIERS
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.link_plastic import link_plastic
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.customers.find_member import find_member
from walletpass.operations.customers.identifiers import (
    add_identifier,
    remove_identifier,
    verify_identifier,
)
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.customers.profile import load_profile
from walletpass.operations.programs.rules import get_rules

GIVEN = {
    IdentifierKind.EMAIL: "anna.k@example.com",
    IdentifierKind.PHONE: "+36 30 123 4567",
    IdentifierKind.EXTERNAL: "TILL-7/ä",
}
WRITTEN_DIFFERENTLY = [" Anna.K@Example.COM", "0036/30/123-4567", "TILL-7/ä "]


@pytest.fixture
def anna(shop: Shop) -> int:
    account_id = shop.account_id(shop.join("Anna"))
    for kind, text in GIVEN.items():
        add_identifier(shop.services, shop.merchant_id, account_id, kind, text)
    return account_id


@pytest.fixture
def other_shop(shop: Shop) -> Shop:
    """In the same installation."""
    merchant_id = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    code = get_rules(shop.services, merchant_id).code
    return Shop(shop.services, shop.clock, shop.mail, shop.pushes, merchant_id, code)


def found(shop: Shop, text: str) -> list[int]:
    return [match.account_id for match in find_member(shop.services, shop.merchant_id, text)]


@pytest.mark.parametrize("text", WRITTEN_DIFFERENTLY)
def test_a_customer_is_found_by_each_however_it_is_written(shop: Shop, anna: int, text: str) -> None:
    (match,) = find_member(shop.services, shop.merchant_id, text)
    assert (match.account_id, match.name) == (anna, "Anna")
    assert list_customers(shop.services, shop.merchant_id, search=text).total == 1


def test_a_customer_is_found_by_every_code(shop: Shop) -> None:
    page_key = shop.join("Anna")
    anna = shop.account_id(page_key)
    card = open_page(shop.services, page_key, "en").card
    link_plastic(shop.services, shop.merchant_id, anna, "0012 3456")
    for text in (card.scan_code, card.typed_code.lower(), "OO12-3456"):
        assert found(shop, text) == [anna]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\u202e", "x" * 100_000, "nobody@example.com", "%"])
def test_nobody_is_found_by_nonsense(shop: Shop, anna: int, text: str) -> None:
    assert found(shop, text) == []


def test_a_text_that_means_two_people_finds_both(shop: Shop, anna: int) -> None:
    """One's telephone is what the till calls the other."""
    bea = shop.account_id(shop.join("Bea"))
    add_identifier(shop.services, shop.merchant_id, bea, IdentifierKind.EXTERNAL, "+36301234567")
    assert found(shop, "+36301234567") == [anna, bea]


@pytest.mark.parametrize("kind", IdentifierKind)
def test_one_finds_one_customer_of_a_shop(shop: Shop, anna: int, kind: IdentifierKind) -> None:
    bea = shop.account_id(shop.join("Bea"))
    with pytest.raises(Refusal, match="identifier_taken"):
        add_identifier(shop.services, shop.merchant_id, bea, kind, GIVEN[kind])
    known = {each.kind: each.id for each in load_profile(shop.services, shop.merchant_id, anna).identifiers}
    assert add_identifier(shop.services, shop.merchant_id, anna, kind, GIVEN[kind]) == known[kind]


def test_two_shops_with_the_same_customer_stay_apart(shop: Shop, other_shop: Shop, anna: int) -> None:
    theirs = other_shop.account_id(other_shop.join("Anna elsewhere"))
    for kind, text in GIVEN.items():
        assert found(other_shop, text) == []
        add_identifier(shop.services, other_shop.merchant_id, theirs, kind, text)
        assert (found(shop, text), found(other_shop, text)) == ([anna], [theirs])


def test_two_shops_may_have_printed_the_same_numbers(shop: Shop, other_shop: Shop, anna: int) -> None:
    theirs = other_shop.account_id(other_shop.join())
    link_plastic(shop.services, shop.merchant_id, anna, "000001")
    link_plastic(shop.services, other_shop.merchant_id, theirs, "000001")
    assert (found(shop, "000001"), found(other_shop, "000001")) == ([anna], [theirs])


def test_an_address_can_be_taken_away_and_given_to_somebody_else(shop: Shop, anna: int) -> None:
    first, *_ = load_profile(shop.services, shop.merchant_id, anna).identifiers
    remove_identifier(shop.services, shop.merchant_id, anna, first.id)
    assert found(shop, first.value) == []
    bea = shop.account_id(shop.join("Bea"))
    add_identifier(shop.services, shop.merchant_id, bea, first.kind, first.value)
    assert found(shop, first.value) == [bea]


def test_what_was_verified_is_believed_first(shop: Shop, anna: int) -> None:
    last = load_profile(shop.services, shop.merchant_id, anna).identifiers[-1]
    verify_identifier(shop.services, shop.merchant_id, anna, last.id)
    first = load_profile(shop.services, shop.merchant_id, anna).identifiers[0]
    assert (first.id, first.verified_at) == (last.id, shop.clock.now())


def test_only_ones_own_can_be_removed_or_verified(shop: Shop, other_shop: Shop, anna: int) -> None:
    (first, *_) = before = load_profile(shop.services, shop.merchant_id, anna).identifiers
    bea = shop.account_id(shop.join("Bea"))
    for attempt in (remove_identifier, verify_identifier):
        with pytest.raises(Refusal, match="unknown_identifier"):
            attempt(shop.services, shop.merchant_id, bea, first.id)
        with pytest.raises(Refusal, match="unknown_card"):
            attempt(shop.services, other_shop.merchant_id, anna, first.id)
    assert load_profile(shop.services, shop.merchant_id, anna).identifiers == before


def test_nobody_collects_addresses_without_end(shop: Shop, anna: int) -> None:
    for number in range(MOST_IDENTIFIERS - len(GIVEN)):
        add_identifier(shop.services, shop.merchant_id, anna, IdentifierKind.EXTERNAL, str(number))
    with pytest.raises(Refusal, match="too_many_identifiers"):
        add_identifier(shop.services, shop.merchant_id, anna, IdentifierKind.EXTERNAL, "one more")


def test_addresses_are_not_readable_in_the_database(shop: Shop, anna: int) -> None:
    """Neither as they were written, nor as a digest that could be made without the key."""
    with shop.services.reading() as tx:
        kept = tx.exec_driver_sql("SELECT digest, sealed FROM identifiers").all()
    assert len(kept) == len(GIVEN)
    for row in kept:
        assert b"example.com" not in bytes(row.digest) + bytes(row.sealed)
