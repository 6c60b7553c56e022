"""Passes as files: whose certificate signs them, and how one ends."""

import io
import json
import zipfile
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support.own_certificates import OWN_TEAM, with_certificates
from support.phones import hold_pass
from support.shops import Shop

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.devices.authenticate import authenticate
from walletpass.operations.devices.fetch import fetch_pass
from walletpass.operations.passes.bring_pass_type import bring_pass_type
from walletpass.operations.passes.build import download_pass
from walletpass.operations.services import Services
from walletpass.pkpass import development
from walletpass.pkpass.signers import Signers
from walletpass.settings import WalletMode

OWN = "pass.com.example.own"


@dataclass(frozen=True)
class Installed:
    """What a phone reads out of a pass file."""

    content: bytes

    @property
    def json(self) -> dict[str, Any]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as package:
            read: dict[str, Any] = json.loads(package.read("pass.json"))
        return read


def with_own_certificate(shop: Shop) -> Services:
    """The same services, after the merchant brought a certificate of its own."""
    services = with_certificates(shop, OWN)
    bring_pass_type(services, shop.merchant_id, OWN)
    return services


def test_a_merchants_own_certificate_signs_its_passes_and_no_others(shop: Shop) -> None:
    page_key = shop.join("Anna")
    before = Installed(download_pass(shop.services, page_key).content).json
    services = with_own_certificate(shop)
    after = Installed(download_pass(services, page_key).content).json
    assert (after["passTypeIdentifier"], after["teamIdentifier"]) == (OWN, OWN_TEAM)
    assert before["passTypeIdentifier"] == development.PASS_TYPE_IDENTIFIER
    assert before["serialNumber"] != after["serialNumber"]


def test_what_was_installed_under_the_operators_certificate_still_updates(shop: Shop) -> None:
    page_key = shop.join("Anna")
    old = Installed(download_pass(shop.services, page_key).content).json
    services = with_own_certificate(shop)
    shop.stamp(shop.account_id(page_key))
    names = (old["passTypeIdentifier"], old["serialNumber"], old["authenticationToken"])
    file = fetch_pass(services, authenticate(services, *names), None)
    assert file is not None
    updated = Installed(file.content).json
    assert updated["passTypeIdentifier"] == old["passTypeIdentifier"]
    assert updated["storeCard"]["headerFields"][0]["value"] == "1 of 10"


def test_downloading_twice_gives_one_pass(shop: Shop) -> None:
    page_key = shop.join("Anna")
    serials = {
        Installed(download_pass(shop.services, page_key).content).json["serialNumber"] for _ in range(2)
    }
    assert len(serials) == 1


def test_a_card_that_has_ended_is_void_and_asks_for_nothing_more(shop: Shop) -> None:
    page_key = shop.join("Anna")
    live = Installed(download_pass(shop.services, page_key).content).json
    close_card(shop.services, shop.merchant_id, shop.account_id(page_key))
    names = (live["passTypeIdentifier"], live["serialNumber"], live["authenticationToken"])
    file = fetch_pass(shop.services, authenticate(shop.services, *names), None)
    assert file is not None
    ended = Installed(file.content).json
    assert ended["voided"] is True
    assert not {"webServiceURL", "authenticationToken"} & ended.keys()
    assert ended["barcodes"] == live["barcodes"]


def test_the_codes_of_an_ended_card_are_void_and_it_takes_no_stamps(shop: Shop) -> None:
    page_key = shop.join("Anna")
    account_id = shop.account_id(page_key)
    code = Installed(download_pass(shop.services, page_key).content).json["barcodes"][0]["message"]
    close_card(shop.services, shop.merchant_id, account_id)
    close_card(shop.services, shop.merchant_id, account_id)
    with pytest.raises(Refusal) as caught:
        find_card(shop.services, shop.merchant_id, code)
    assert caught.value.code == "void_card"
    with pytest.raises(Refusal) as caught:
        shop.stamp(account_id)
    assert caught.value.code == "closed_account"


def test_nobody_ends_another_shops_card(shop: Shop) -> None:
    account_id = hold_pass(shop, "one")
    with pytest.raises(Refusal) as caught:
        close_card(shop.services, shop.merchant_id + 1, account_id)
    assert caught.value.code == "unknown_card"


def test_without_apple_wallet_there_is_no_file(shop: Shop) -> None:
    page_key = shop.join("Anna")
    off = replace(shop.services, settings=replace(shop.services.settings, apple_wallet=WalletMode.OFF))
    for services, code in (
        (off, "wallet_off"),
        (replace(shop.services, signers=Signers(())), "no_certificate"),
    ):
        with pytest.raises(Refusal) as caught:
            download_pass(services, page_key)
        assert caught.value.code == code
