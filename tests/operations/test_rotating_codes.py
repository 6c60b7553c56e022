"""Codes that change all the time: what a phone shows is worth something for a minute, and once."""

from dataclasses import replace

import pytest
from support.google_shops import GoogleShop, only
from support.shops import Shop

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.find_card import find_card, scan_card
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.rotating import write_rotating_value
from walletpass.store import google


@pytest.fixture
def rotating(at_google: GoogleShop) -> GoogleShop:
    turn(at_google.shop, on=True)
    return at_google


def turn(shop: Shop, *, on: bool) -> None:
    rules = get_rules(shop.services, shop.merchant_id)
    publish(shop.services, shop.merchant_id, rules.number, replace(rules.program, rotating_codes=on))
    shop.roll_out()


def shown(rotating: GoogleShop, phone: AndroidPhone) -> str:
    """What the phone's screen shows now."""
    return write_rotating_value(only(phone).object["rotatingBarcode"], rotating.shop.clock.now())


def static_code(shop: Shop, page_key: str) -> str:
    return open_page(shop.services, page_key, "en").card.scan_code


def test_a_shown_code_is_good_once_and_leads_on(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    phone = rotating.save(page_key)
    assert "barcode" not in only(phone).object
    code = shown(rotating, phone)
    scan = scan_card(shop.services, shop.merchant_id, code)
    assert scan.account_id == shop.account_id(page_key)
    assert find_card(shop.services, shop.merchant_id, scan.code) == scan.account_id
    with pytest.raises(Refusal, match="used_code"):
        scan_card(shop.services, shop.merchant_id, code)
    shop.clock.pass_by(seconds=30)
    assert scan_card(shop.services, shop.merchant_id, shown(rotating, phone)).account_id == scan.account_id


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_phones_clock_may_be_a_little_wrong(rotating: GoogleShop, seconds: int) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    phone = rotating.save(page_key)
    shop.clock.pass_by(seconds=seconds)
    code = shown(rotating, phone)
    shop.clock.pass_by(seconds=-seconds)
    assert scan_card(shop.services, shop.merchant_id, code).account_id == shop.account_id(page_key)


def test_a_picture_of_a_code_is_soon_worth_nothing(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    code = shown(rotating, rotating.save(page_key))
    shop.clock.pass_by(minutes=2)
    with pytest.raises(Refusal, match="stale_code"):
        scan_card(shop.services, shop.merchant_id, code)


@pytest.mark.parametrize("change", [lambda c: c[:-1] + str((int(c[-1]) + 1) % 10), lambda c: "X" + c])
def test_a_code_that_was_made_up_is_nobodys(rotating: GoogleShop, change: object) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    code = shown(rotating, rotating.save(page_key))
    with pytest.raises(Refusal, match="unknown_card"):
        scan_card(shop.services, shop.merchant_id, change(code))  # type: ignore[operator]
    with pytest.raises(Refusal, match="unknown_card"):
        scan_card(shop.services, shop.merchant_id + 1, code)


def test_a_code_that_stands_still_is_refused_and_a_typed_one_needs_a_reason(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    rotating.save(page_key)
    with pytest.raises(Refusal, match="static_code"):
        find_card(shop.services, shop.merchant_id, static_code(shop, page_key))
    typed = open_page(shop.services, page_key, "en").card.typed_code
    with pytest.raises(Refusal, match="typed_code"):
        find_card(shop.services, shop.merchant_id, typed, reason="")
    account_id = shop.account_id(page_key)
    assert find_card(shop.services, shop.merchant_id, typed, reason="Broken screen") == account_id
    assert find_card(shop.services, shop.merchant_id, typed) == account_id


def test_cards_that_no_android_phone_holds_stay_as_they_are(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    assert find_card(shop.services, shop.merchant_id, static_code(shop, page_key)) == shop.account_id(
        page_key
    )
    phone = rotating.save(page_key)
    phone.remove(only(phone).id)
    rotating.hear()
    assert find_card(shop.services, shop.merchant_id, static_code(shop, page_key)) == shop.account_id(
        page_key
    )


def test_turned_off_codes_stand_still_again(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    phone = rotating.save(page_key)
    turn(shop, on=False)
    rotating.deliver()
    phone.look()
    assert only(phone).object["barcode"]["value"] == static_code(shop, page_key)
    assert "rotatingBarcode" not in only(phone).object
    assert find_card(shop.services, shop.merchant_id, static_code(shop, page_key)) == shop.account_id(
        page_key
    )


def test_no_secret_stands_in_a_link_or_in_plain_rows(rotating: GoogleShop) -> None:
    page_key = rotating.shop.join("Anna")
    link = rotating.offer(page_key)
    (row,) = rotating.objects
    secret = rotating.shop.services.vault.unseal(row.secret_sealed)  # type: ignore[attr-defined]
    assert secret.upper() not in link.upper()
    with rotating.shop.services.reading() as tx:
        assert all(
            secret not in str(value) for each in tx.execute(google.google_objects.select()) for value in each
        )


def test_a_scan_ends_with_the_day(rotating: GoogleShop) -> None:
    shop, page_key = rotating.shop, rotating.shop.join("Anna")
    scan = scan_card(shop.services, shop.merchant_id, shown(rotating, rotating.save(page_key)))
    with pytest.raises(Refusal, match="unknown_card"):
        find_card(shop.services, shop.merchant_id + 1, scan.code)
    shop.clock.pass_by(hours=13)
    for code in (scan.code, scan.code[:-4], "scanned:x"):
        with pytest.raises(Refusal, match="unknown_card"):
            find_card(shop.services, shop.merchant_id, code)
