"""The PassKit web service as a phone meets it, on both databases."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.phones import PASS_TYPE, PHONE, TOKEN, hold_pass
from support.shops import Shop
from werkzeug.test import TestResponse

from walletpass.app import create_app
from walletpass.store import devices

SERIAL = "one"
REGISTRATION = f"/wallet/v1/devices/{PHONE}/registrations/{PASS_TYPE}/{SERIAL}"
LIST = f"/wallet/v1/devices/{PHONE}/registrations/{PASS_TYPE}"


@pytest.fixture
def phone(shop: Shop) -> FlaskClient:
    fields = ("database", "clock", "signers", "mailer", "pusher", "vault")
    override = {name: getattr(shop.services, name) for name in fields}
    return create_app(shop.services.settings, **override).test_client()


def sign(token: str = TOKEN, scheme: str = "ApplePass") -> dict[str, str]:
    return {"Authorization": f"{scheme} {token}"}


def download(shop: Shop, phone: FlaskClient) -> tuple[str, dict[str, str]]:
    """A card really issued: the address of its pass, and what a phone would sign with."""
    page_key = shop.join("Anna")
    assert phone.get(f"/card/{page_key}/pass.pkpass").status_code == 200
    with shop.services.reading() as tx:
        (pass_type,) = shop.services.signers.pass_type_identifiers
        row: Any = devices.find_pass_of_account(tx, shop.account_id(page_key), pass_type)
    token = shop.services.vault.unseal(row.token_sealed)
    return f"/wallet/v1/passes/{pass_type}/{row.serial}", sign(token)


def test_registering_answers_201_then_200_and_unregistering_200_twice(shop: Shop, phone: FlaskClient) -> None:
    hold_pass(shop, SERIAL, "another phone")
    body = {"pushToken": "abc123"}
    statuses = [phone.post(REGISTRATION, json=body, headers=sign()).status_code for _ in range(2)]
    assert statuses == [201, 200]
    statuses = [phone.delete(REGISTRATION, headers=sign()).status_code for _ in range(2)]
    assert statuses == [200, 200]
    assert phone.get(LIST).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [{}, sign("wrong"), sign(scheme="Bearer"), {"Authorization": "ApplePass"}, {"Authorization": TOKEN}],
)
def test_a_wrong_token_and_an_unknown_serial_number_get_the_same_401(
    shop: Shop, phone: FlaskClient, headers: dict[str, str]
) -> None:
    hold_pass(shop, SERIAL)
    body = {"pushToken": "abc123"}
    known = phone.post(REGISTRATION, json=body, headers=headers)
    unknown = phone.post(REGISTRATION.replace(SERIAL, "two"), json=body, headers=sign())
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (401, b"")
    assert phone.get(f"/wallet/v1/passes/{PASS_TYPE}/{SERIAL}", headers=headers).status_code == 401
    assert phone.delete(REGISTRATION, headers=headers).status_code == 401


def test_one_passes_token_is_nothing_for_another(shop: Shop, phone: FlaskClient) -> None:
    address, _ = download(shop, phone)
    _, other = download(shop, phone)
    assert phone.get(address, headers=other).status_code == 401


def test_android_wallets_sign_in_their_own_way(shop: Shop, phone: FlaskClient) -> None:
    hold_pass(shop, SERIAL)
    answer = phone.post(REGISTRATION, json={"pushToken": "abc"}, headers=sign(scheme="AndroidPass"))
    assert answer.status_code == 200


def test_the_list_names_what_changed_and_a_tag_for_next_time(shop: Shop, phone: FlaskClient) -> None:
    account_id = hold_pass(shop, SERIAL)
    first = phone.get(LIST).get_json()
    assert first["serialNumbers"] == [SERIAL]
    assert phone.get(LIST, query_string={"passesUpdatedSince": first["lastUpdated"]}).status_code == 204
    shop.stamp(account_id)
    second = phone.get(LIST, query_string={"passesUpdatedSince": first["lastUpdated"]}).get_json()
    assert second["serialNumbers"] == [SERIAL]
    assert second["lastUpdated"] > first["lastUpdated"]


def test_an_unknown_phone_has_nothing_to_update(phone: FlaskClient) -> None:
    assert phone.get(LIST).status_code == 204


def test_a_pass_is_sent_whole_and_then_only_when_it_changed(shop: Shop, phone: FlaskClient) -> None:
    address, signed = download(shop, phone)
    answer = phone.get(address, headers=signed)
    assert answer.status_code == 200
    assert answer.content_type == "application/vnd.apple.pkpass"
    assert answer.data[:2] == b"PK"
    known = {**signed, "If-Modified-Since": answer.headers["Last-Modified"]}
    unchanged = phone.get(address, headers=known)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert phone.head(address, headers=signed).status_code == 200


def test_a_stamp_within_the_same_second_is_still_a_newer_pass(shop: Shop, phone: FlaskClient) -> None:
    """The change and the fetch before it may lie in one second; the header has no smaller unit."""
    page_key = shop.join("Anna")
    phone.get(f"/card/{page_key}/pass.pkpass")
    account_id = shop.account_id(page_key)
    with shop.services.reading() as tx:
        (pass_type,) = shop.services.signers.pass_type_identifiers
        row: Any = devices.find_pass_of_account(tx, account_id, pass_type)
    address = f"/wallet/v1/passes/{pass_type}/{row.serial}"
    signed = sign(shop.services.vault.unseal(row.token_sealed))
    first = phone.get(address, headers=signed)
    shop.stamp(account_id)
    second = phone.get(address, headers={**signed, "If-Modified-Since": first.headers["Last-Modified"]})
    assert second.status_code == 200
    assert modified(second) > modified(first)


def modified(answer: TestResponse) -> Any:
    return parsedate_to_datetime(answer.headers["Last-Modified"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"pushToken": 7}',
        b'{"pushToken": ""}',
        b'{"pushToken": "a b"}',
        b"\xff",
    ],
)
def test_a_broken_registration_is_refused_and_stores_nothing(
    shop: Shop, phone: FlaskClient, body: bytes
) -> None:
    hold_pass(shop, SERIAL, "another phone")
    headers = {**sign(), "Content-Type": "application/json"}
    assert phone.post(REGISTRATION, data=body, headers=headers).status_code == 400
    assert phone.get(LIST).status_code == 204


def test_an_oversized_body_is_refused(shop: Shop, phone: FlaskClient) -> None:
    hold_pass(shop, SERIAL, "another phone")
    body = {"pushToken": "a" * 100_000}
    assert phone.post(REGISTRATION, json=body, headers=sign()).status_code == 413


def test_log_lines_are_taken_and_broken_ones_refused(phone: FlaskClient) -> None:
    assert phone.post("/wallet/v1/log", json={"logs": ["one", "two"]}).status_code == 200
    assert phone.post("/wallet/v1/log", json={"logs": "one"}).status_code == 400
    assert phone.post("/wallet/v1/log", data=b"{").status_code == 400


def test_no_address_of_the_service_redirects(phone: FlaskClient) -> None:
    """Phones are not known to follow redirects."""
    for address in (LIST + "/", "/wallet/v1/log/", "/wallet/v1//log", "/wallet//v1/log"):
        assert phone.get(address).status_code not in (301, 302, 303, 307, 308), address
