"""A phone registers for a pass and leaves it, on both databases."""

from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from support.handsets import PUSH_TOKEN, Handset, Issued, issue, sign
from support.shops import Shop

from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.posting.versions import raise_version
from walletpass.store import accounts, devices, outbox
from walletpass.store.statements import change

OTHER = "another-phone"


def pushed(shop: Shop) -> list[str]:
    """The push tokens that were pushed to since the last call."""
    deliver_due(shop.services)
    tokens = [token for _, token in shop.pushes.pushed]
    shop.pushes.pushed.clear()
    return tokens


def device(shop: Shop) -> Any:
    with shop.services.reading() as tx:
        return tx.execute(select(devices.devices)).one_or_none()


def test_registering_answers_201_then_200_and_unregistering_200_twice(phone: Handset, held: Issued) -> None:
    assert [phone.register(held), phone.register(held)] == [201, 200]
    assert phone.ask(held.pass_type)[0] == [held.serial]
    assert [phone.unregister(held), phone.unregister(held)] == [200, 200]
    assert phone.ask(held.pass_type)[0] == []


def test_the_last_token_that_a_phone_gave_is_the_one_that_counts(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    """And when: Apple's word that a token has ended is compared with it."""
    phone.register(held, "older")
    shop.clock.pass_by(days=1)
    assert phone.register(held, "newer") == 200
    assert device(shop).token_given_at == shop.clock.now()
    shop.stamp(held.account_id)
    assert pushed(shop) == ["newer"]


def test_a_pass_registered_as_it_was_handed_out_is_not_pushed(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    assert pushed(shop) == []


def test_a_pass_that_changed_before_it_was_registered_is_pushed_at_registration(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    shop.stamp(held.account_id)
    phone.register(held)
    assert pushed(shop) == [PUSH_TOKEN]


def test_a_phone_that_added_an_old_file_is_pushed_though_another_is_up_to_date(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    """The file lay on it, not added yet, while the first phone fetched the change."""
    phone.register(held)
    shop.stamp(held.account_id)
    assert pushed(shop) == [PUSH_TOKEN]
    assert phone.fetch(held).status_code == 200
    Handset(client, OTHER).register(held, "late")
    assert pushed(shop) == ["late"]


def test_a_new_push_token_is_pushed_at_once_if_the_old_one_may_have_missed_something(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    shop.clock.pass_by(minutes=1)
    shop.stamp(held.account_id)
    assert pushed(shop) == [PUSH_TOKEN]
    shop.clock.pass_by(minutes=1)
    phone.register(held, "newer")
    assert pushed(shop) == ["newer"]


def test_a_new_push_token_is_not_pushed_where_the_phone_has_asked_since_the_change(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    shop.clock.pass_by(minutes=1)
    shop.stamp(held.account_id)
    shop.clock.pass_by(minutes=1)
    phone.ask(held.pass_type)
    shop.services.sightings.flush(shop.services.database)
    pushed(shop)
    shop.clock.pass_by(minutes=1)
    phone.register(held, "newer")
    assert pushed(shop) == []


def test_a_change_made_while_a_phone_registers_is_pushed_to_it(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    """The change looks for phones before this one is there, and commits after it has come."""
    services, now = shop.services, shop.clock.now()
    registering = Thread(target=phone.register, args=(held,))
    with services.transaction() as tx:
        account: Any = accounts.lock_account(tx, held.account_id)
        change(tx, accounts.accounts, held.account_id, **raise_version(tx, account, now))
        outbox.tell_phones(tx, [held.account_id], now)
        registering.start()
        registering.join(0.3)
    registering.join()
    assert pushed(shop) == [PUSH_TOKEN]


def test_one_phone_holds_passes_of_several_shops(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    """Each is asked for by itself; with the last one the phone is forgotten."""
    other = issue(shop, client)
    phone.register(held)
    phone.register(other)
    assert set(phone.ask(held.pass_type)[0]) == {held.serial, other.serial}
    phone.unregister(held)
    assert phone.ask(held.pass_type)[0] == [other.serial]
    phone.unregister(other)
    assert device(shop) is None


def test_one_pass_lies_on_several_phones(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    other = Handset(client, OTHER)
    phone.register(held, "one")
    other.register(held, "two")
    shop.stamp(held.account_id)
    assert sorted(pushed(shop)) == ["one", "two"]
    phone.unregister(held)
    assert phone.ask(held.pass_type)[0] == []
    assert other.ask(held.pass_type)[0] == [held.serial]


def test_a_push_that_waits_for_passes_that_were_removed_is_forgotten(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    """Also where the phone still holds passes of another type."""
    other = issue(shop, client)
    with shop.services.transaction() as tx:
        pass_id = devices.find_pass(tx, other.pass_type, other.serial).id  # type: ignore[union-attr]
        change(tx, devices.passes, pass_id, pass_type_identifier="pass.other")
    phone.register(held)
    phone.register(Issued(other.account_id, "pass.other", other.serial, other.token))
    shop.stamp(held.account_id)
    phone.unregister(held)
    assert pushed(shop) == []
    assert phone.ask("pass.other")[0] == [other.serial]


def test_a_wallet_on_android_sees_changes_and_is_not_pushed(
    shop: Shop, client: FlaskClient, held: Issued
) -> None:
    """Apple would call its token a bad one, and then its registration would be lost."""
    android = Handset(client, scheme="AndroidPass")
    assert android.register(held, "dQw4:APA91bH_x-y") == 201
    _, tag = android.ask(held.pass_type)
    shop.stamp(held.account_id)
    assert pushed(shop) == []
    assert android.ask(held.pass_type, tag)[0] == [held.serial]
    assert android.fetch(held).status_code == 200
    assert android.unregister(held) == 200


@pytest.mark.parametrize(
    "headers",
    [{}, sign("wrong"), sign("x", "Bearer"), {"Authorization": "ApplePass"}, {"Authorization": "x"}],
)
@pytest.mark.parametrize("body", [b'{"pushToken": "abc"}', b"{", b"a" * 100_000])
def test_a_wrong_token_and_an_unknown_pass_get_the_same_401_before_the_body_is_looked_at(
    client: FlaskClient, phone: Handset, held: Issued, headers: dict[str, str], body: bytes
) -> None:
    address = phone.registrations(held.pass_type)
    known = client.post(f"{address}/{held.serial}", data=body, headers=headers)
    unknown = client.post(f"{address}/unknown", data=body, headers=sign(held.token))
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (401, b"")
    assert dict(known.headers) == dict(unknown.headers)
    assert client.delete(f"{address}/{held.serial}", headers=headers).status_code == 401
    assert client.get(f"/wallet/v1/passes/{held.pass_type}/{held.serial}", headers=headers).status_code == 401


def test_one_passes_token_is_nothing_for_another(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    other = issue(shop, client)
    assert phone.register(Issued(held.account_id, held.pass_type, held.serial, other.token)) == 401


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""]
)
def test_what_a_phone_calls_its_body_does_not_matter(
    client: FlaskClient, phone: Handset, held: Issued, content_type: str
) -> None:
    address = f"{phone.registrations(held.pass_type)}/{held.serial}"
    body = b'{"pushToken": "abc", "more": [1]}'
    answer = client.post(address, data=body, content_type=content_type, headers=sign(held.token))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff",
        b"[" * 60_000,
        b'{"pushToken": 7}',
        b'{"pushToken": ""}',
        b'{"pushToken": "a b"}',
        b'{"pushToken": "\\ud800"}',
        b'{"pushToken": "%s"}' % (b"a" * 401),
    ],
)
def test_a_broken_registration_is_refused_and_stores_nothing(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued, body: bytes
) -> None:
    address = f"{phone.registrations(held.pass_type)}/{held.serial}"
    answer = client.post(address, data=body, headers=sign(held.token))
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "bad_request"
    assert device(shop) is None


def test_an_oversized_body_is_refused(client: FlaskClient, phone: Handset, held: Issued) -> None:
    address = f"{phone.registrations(held.pass_type)}/{held.serial}"
    answer = client.post(address, json={"pushToken": "a" * 100_000}, headers=sign(held.token))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_large")
