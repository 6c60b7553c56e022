"""What a phone sees of a card that was replaced or merged, on both databases."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, issue
from support.shops import Shop
from werkzeug.test import TestResponse

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.find_card import find_card
from walletpass.operations.cards.replace_codes import replace_codes
from walletpass.operations.customers.merge import merge
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.enrolment.join import new_form_key
from walletpass.store import devices


def read_pass(answer: TestResponse) -> Any:
    assert answer.status_code == 200
    with zipfile.ZipFile(BytesIO(answer.data)) as package:
        return json.loads(package.read("pass.json"))


def barcode(document: Any) -> str:
    return str(document["barcodes"][0]["message"])


def test_a_phone_is_told_of_new_codes_and_shows_them(shop: Shop, phone: Handset, held: Issued) -> None:
    phone.register(held)
    before = barcode(read_pass(phone.fetch(held)))
    replace_codes(shop.services, shop.merchant_id, held.account_id)
    deliver_due(shop.services)
    assert len(shop.pushes.pushed) == 1
    after = barcode(read_pass(phone.fetch(held)))
    assert find_card(shop.services, shop.merchant_id, after) == held.account_id
    with pytest.raises(Refusal, match="void_card"):
        find_card(shop.services, shop.merchant_id, before)


def test_a_lost_phone_learns_nothing_new(shop: Shop, phone: Handset, held: Issued) -> None:
    """It is not told any more, and what it holds opens nothing."""
    phone.register(held)
    replace_codes(shop.services, shop.merchant_id, held.account_id, phone_is_lost=True)
    deliver_due(shop.services)
    assert shop.pushes.pushed == []
    assert phone.fetch(held).status_code == 401
    assert phone.register(held) == 401
    with shop.services.reading() as tx:
        assert devices.list_registered(tx, held.account_id) == []


def test_phones_of_both_cards_are_told_of_a_merge_and_one_is_void(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    gone = issue(shop, client)
    for each in (held, gone):
        phone.register(each)
    shop.stamp(gone.account_id, 2)
    deliver_due(shop.services)
    told = len(shop.pushes.pushed)
    merge(shop.services, shop.merchant_id, held.account_id, gone.account_id, new_form_key())
    deliver_due(shop.services)
    assert len(shop.pushes.pushed) == told + 1
    changed, _ = phone.ask(held.pass_type)
    assert sorted(changed) == sorted((held.serial, gone.serial))
    assert "voided" not in read_pass(phone.fetch(held))
    assert read_pass(phone.fetch(gone))["voided"] is True
