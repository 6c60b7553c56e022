"""The counter, and a card whose code rotates: who types its other code says why, whatever is done with the card."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.counters import Counter, send_json
from support.google_shops import GoogleShop
from support.rules import publish_changes
from support.visitors import open_app, read_inputs

from walletpass.operations.customers.load_customer import load_customer

WHY = "His screen is broken"


@pytest.fixture
def counter(at_google: GoogleShop) -> Counter:
    publish_changes(at_google.shop, rotating_codes=True)
    return Counter(at_google.shop, open_app(at_google.shop))


@pytest.fixture
def kim(counter: Counter) -> FlaskClient:
    return counter.signed_in()


@pytest.fixture
def page_key(counter: Counter, at_google: GoogleShop) -> str:
    """Of a card on an Android phone only, with its first reward, half a minute after the last stamp."""
    shop, page_key = counter.shop, counter.shop.join("Anna Kovács")
    at_google.save(page_key)
    for adding in (3, 3, 3, 1):
        shop.clock.pass_by(days=1)
        shop.stamp(shop.account_id(page_key), adding)
    shop.clock.pass_by(seconds=30)
    return page_key


@pytest.fixture
def typed(counter: Counter, page_key: str) -> str:
    return counter.code_of(page_key, "typed")


def asked(kim: FlaskClient, typed: str, verb: str) -> dict[str, Any]:
    ready = send_json(kim, "/staff/card", {"code": typed}).json["ready"]
    return {"stamp": {"adding": 2}, "redeem": {"reward_id": ready[0]["id"]}, "undo": {}}[verb]


@pytest.mark.parametrize("verb", ["stamp", "redeem", "undo"])
def test_nothing_is_done_with_a_typed_code_without_a_reason(
    counter: Counter, kim: FlaskClient, page_key: str, typed: str, verb: str
) -> None:
    """With one it is done, and the owner reads the reason."""
    body = {"code": typed, "key": "one-intention-0001", **asked(kim, typed, verb)}
    refused = send_json(kim, f"/staff/{verb}", body)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "typed_code")
    assert send_json(kim, f"/staff/{verb}", {**body, "reason": WHY}).status_code == 200
    shop = counter.shop
    customer = load_customer(shop.services, shop.merchant_id, shop.account_id(page_key), "en")
    assert customer.history[0].reason == WHY


@pytest.mark.parametrize(
    ("verb", "said"),
    [("stamp", "2 stamps added."), ("redeem", "Redeemed. Hand it over!"), ("undo", "Undone.")],
)
def test_without_script_the_reason_is_asked_for_what_was_wanted(
    kim: FlaskClient, typed: str, verb: str, said: str
) -> None:
    """The form that asks does the same thing as the one that was refused, once it is filled in."""
    token = read_inputs(kim.get("/staff/").text)["csrf_token"]
    form = {"csrf_token": token, "code": typed, "key": "one-intention-0001", **asked(kim, typed, verb)}
    refused = kim.post(f"/staff/{verb}", data=form)
    assert refused.status_code == 409
    (asking,) = (each for each in re.findall("<form.*?</form>", refused.text, re.DOTALL) if "reason" in each)
    assert f'action="/staff/{verb}"' in asking
    done = kim.post(f"/staff/{verb}", data={**read_inputs(asking), "reason": WHY})
    assert (done.status_code, said in done.text) == (200, True)
