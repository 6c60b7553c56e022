"""Addresses, refusals and limits as phones need them."""

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued
from support.phones import PASS_TYPE, TOKEN, hold_pass
from support.shops import Shop
from support.visitors import open_app

from walletpass.webservice.limits import MOST_PER_SECOND

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_an_address_with_a_slash_too_many_is_the_same_address(
    shop: Shop, client: FlaskClient, held: Issued
) -> None:
    """The service's name in a pass may end in a slash. Phones are not known to follow redirects."""
    phone = Handset(client, base="/wallet/")
    assert phone.register(held) == 201
    assert phone.ask(held.pass_type)[0] == [held.serial]
    assert phone.fetch(held).status_code == 200
    assert client.post("/wallet/v1/log/", json={"logs": []}).status_code == 200
    assert client.get(f"/wallet//v1///passes/{held.pass_type}/{held.serial}/").status_code == 401
    assert phone.unregister(held) == 200


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/wallet/v1/nothing", 404),
        ("GET", "/wallet/", 404),
        ("GET", "/wallet/v1/log", 405),
        ("PUT", "/wallet/v1/passes/a/b", 405),
        ("POST", "/wallet/v1/log", 400),
        ("GET", "/wallet/v1/devices/%00/registrations/a", 404),
        ("GET", f"/wallet/v1/devices/{'d' * 121}/registrations/a", 404),
        ("GET", f"/wallet/v1/passes/a/{'s' * 41}", 404),
    ],
)
def test_a_refusal_is_json_whatever_a_phone_accepts(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    answer = client.open(address, method=method, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (status, "application/json")
    assert set(answer.get_json()["error"]) == {"code", "message"}


def test_other_pages_are_not_the_services(client: FlaskClient) -> None:
    assert client.get("/nothing//here/").content_type.startswith("text/html")


def test_a_phone_in_a_loop_is_slowed_down_and_no_other(shop: Shop, client: FlaskClient) -> None:
    for serial, library_id in (("one", "looping"), ("two", "patient")):
        hold_pass(shop, serial, library_id)
    looping, patient = (Handset(client, library_id) for library_id in ("looping", "patient"))
    for _ in range(MOST_PER_SECOND):
        looping.ask(PASS_TYPE)
    refused = client.get(looping.registrations(PASS_TYPE))
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (429, "too_many")
    assert patient.ask(PASS_TYPE)[0] == ["two"]
    shop.clock.pass_by(seconds=1)
    assert looping.ask(PASS_TYPE)[0] == ["one"]


def test_thousands_of_phones_may_share_an_address(shop: Shop, client: FlaskClient) -> None:
    """A carrier puts them behind one; pages may be asked for 600 times a minute from there."""
    hold_pass(shop, "one", "registered")
    statuses = set()
    for number in range(700):
        phone = Handset(client, f"phone-{number}")
        statuses.add(client.get(phone.registrations(PASS_TYPE)).status_code)
    statuses.add(
        Handset(client).fetch(Issued(0, PASS_TYPE, "one", TOKEN), "Sun, 22 Nov 2099 09:00:00 GMT").status_code
    )
    assert statuses == {204, 304}


@pytest.mark.parametrize(
    ("path", "body", "most"), [("log", {"logs": []}, 120), ("passes/a/b/personalize", {}, 60)]
)
def test_what_nobody_signs_is_counted_by_address(
    shop: Shop, path: str, body: dict[str, object], most: int
) -> None:
    client = open_app(shop).test_client()
    statuses = []
    for number in range(most + 1):
        if number % MOST_PER_SECOND == 0:
            shop.clock.pass_by(seconds=1)
        statuses.append(client.post(f"/wallet/v1/{path}", json=body).status_code)
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429
    other = client.post(f"/wallet/v1/{path}", json=body, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert other.status_code == statuses[0]
