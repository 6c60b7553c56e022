"""Cards that were lost, and cards that are printed, on both databases."""

from typing import Any

import pytest
from support.shops import Shop, add_shop

from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.cards.link_plastic import link_plastic
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.cards.replace_codes import replace_codes
from walletpass.operations.customers.find_member import find_member
from walletpass.operations.customers.profile import load_profile
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.enrolment.request_code import request_code
from walletpass.operations.enrolment.restore import open_with_code

PRINTED = "00123456"


def shown(shop: Shop, page_key: str) -> Any:
    return open_page(shop.services, page_key, "en").card


def refused(shop: Shop, code: str) -> str:
    with pytest.raises(Refusal) as caught:
        find_card(shop.services, shop.merchant_id, code)
    return caught.value.code


def test_a_lost_cards_codes_are_dead_at_once_and_the_balance_stays(shop: Shop) -> None:
    page_key = shop.join("Anna")
    anna = shop.account_id(page_key)
    link_plastic(shop.services, shop.merchant_id, anna, PRINTED)
    shop.stamp(anna)
    lost = shown(shop, page_key)
    replace_codes(shop.services, shop.merchant_id, anna)
    for code in (lost.scan_code, lost.typed_code, PRINTED):
        assert refused(shop, code) == "void_card"
    new = shown(shop, page_key)
    assert new.version == lost.version + 1
    assert new.progress.count == 1
    for code in (new.scan_code, new.typed_code):
        assert find_card(shop.services, shop.merchant_id, code) == anna
    with pytest.raises(Refusal, match="void_card"):
        find_member(shop.services, shop.merchant_id, lost.scan_code)


def test_it_stays_known_which_codes_there_were(shop: Shop) -> None:
    anna = shop.account_id(shop.join("Anna"))
    given = shop.clock.now()
    shop.clock.pass_by(days=3)
    replace_codes(shop.services, shop.merchant_id, anna)
    codes = load_profile(shop.services, shop.merchant_id, anna).codes
    assert [(code.kind, code.given_at, code.revoked_at) for code in codes] == [
        ("barcode", given, shop.clock.now()),
        ("typed", given, shop.clock.now()),
        ("barcode", shop.clock.now(), None),
        ("typed", shop.clock.now(), None),
    ]


def test_a_lost_phones_page_ends_and_its_holder_finds_the_card_by_e_mail(shop: Shop) -> None:
    lost_key = shop.join("Anna", "anna@example.com")
    anna = shop.account_id(lost_key)
    replace_codes(shop.services, shop.merchant_id, anna, phone_is_lost=True)
    with pytest.raises(Refusal, match="unknown_page"):
        shown(shop, lost_key)
    identifier = request_code(shop.services, shop.code, "anna@example.com", "en")
    deliver_due(shop.services)
    code = "".join(filter(str.isdigit, shop.mail.letters[-1][1]))
    page_key = open_with_code(shop.services, shop.code, identifier, code)
    assert shop.account_id(page_key) == anna


def test_a_number_on_a_printed_card_is_one_customers(shop: Shop) -> None:
    anna, bea = (shop.account_id(shop.join(name)) for name in ("Anna", "Bea"))
    for _ in range(2):
        link_plastic(shop.services, shop.merchant_id, anna, PRINTED)
    with pytest.raises(Refusal, match="identifier_taken"):
        link_plastic(shop.services, shop.merchant_id, bea, " 0012-3456")
    assert find_card(shop.services, shop.merchant_id, "0012-3456") == anna


def test_a_printed_number_that_was_lost_never_comes_back(shop: Shop) -> None:
    anna = shop.account_id(shop.join("Anna"))
    link_plastic(shop.services, shop.merchant_id, anna, PRINTED)
    replace_codes(shop.services, shop.merchant_id, anna)
    with pytest.raises(Refusal, match="void_card"):
        link_plastic(shop.services, shop.merchant_id, anna, PRINTED)


def test_a_closed_card_gets_no_codes(shop: Shop) -> None:
    anna = shop.account_id(shop.join("Anna"))
    close_card(shop.services, shop.merchant_id, anna)
    for attempt in (
        lambda: replace_codes(shop.services, shop.merchant_id, anna),
        lambda: link_plastic(shop.services, shop.merchant_id, anna, PRINTED),
    ):
        with pytest.raises(Refusal, match="closed_account"):
            attempt()


def test_nobody_replaces_another_shops_cards(shop: Shop) -> None:
    page_key = shop.join("Anna")
    anna = shop.account_id(page_key)
    other = add_shop(shop.services, "Other Shop", (Milestone(5, "Bun"),))
    for attempt in (
        lambda: replace_codes(shop.services, other, anna),
        lambda: link_plastic(shop.services, other, anna, PRINTED),
    ):
        with pytest.raises(Refusal, match="unknown_card"):
            attempt()
    assert find_card(shop.services, shop.merchant_id, shown(shop, page_key).scan_code) == anna


@pytest.mark.parametrize("code", ["", "\0", "\ud800", "é" * 9, "0" * 100_000])
def test_nonsense_is_nobodys_card(shop: Shop, code: str) -> None:
    assert refused(shop, code) == "unknown_card"
