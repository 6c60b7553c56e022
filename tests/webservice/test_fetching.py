"""A phone fetches a pass, on both databases."""

import json
import zipfile
from email.utils import format_datetime, parsedate_to_datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.handsets import Handset, Issued, find_pass
from support.shops import Shop
from support.visitors import open_app
from werkzeug.test import TestResponse

from walletpass.operations.cards.close_card import close_card
from walletpass.pkpass.signers import Signers
from walletpass.store.session import Database


def fetched(shop: Shop, held: Issued) -> tuple[int, Any]:
    row = find_pass(shop, held.account_id, held.pass_type)
    return row.fetched_version, row.fetched_at


def changed_at(answer: TestResponse) -> Any:
    return parsedate_to_datetime(answer.headers["Last-Modified"])


def test_a_pass_is_sent_whole_and_then_only_when_it_changed(shop: Shop, phone: Handset, held: Issued) -> None:
    answer = phone.fetch(held)
    assert (answer.status_code, answer.content_type) == (200, "application/vnd.apple.pkpass")
    with zipfile.ZipFile(BytesIO(answer.data)) as package:
        assert json.loads(package.read("pass.json"))["serialNumber"] == held.serial
    unchanged = phone.fetch(held, answer.headers["Last-Modified"])
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    shop.stamp(held.account_id)
    assert phone.fetch(held, answer.headers["Last-Modified"]).status_code == 200


def test_a_change_within_the_same_second_is_still_a_newer_pass(
    shop: Shop, phone: Handset, held: Issued
) -> None:
    """The change and the fetch before it may lie in one second; the header has no smaller unit."""
    first = phone.fetch(held)
    shop.stamp(held.account_id)
    second = phone.fetch(held, first.headers["Last-Modified"])
    assert second.status_code == 200
    assert changed_at(second) > changed_at(first)


def test_nothing_is_built_for_a_phone_that_has_it_all(shop: Shop, phone: Handset, held: Issued) -> None:
    """Not even a certificate is needed; a new file would need one."""
    known_since = phone.fetch(held).headers["Last-Modified"]
    bare = Handset(open_app(shop, signers=Signers(())).test_client())
    assert bare.fetch(held, known_since).status_code == 304
    refused = bare.fetch(held)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "no_certificate")


@pytest.mark.parametrize("known_since", ["", "yesterday", "1763805600", "Sun, 99 Nov 2026 09:00:00 GMT"])
def test_a_time_that_cannot_be_read_is_no_time(phone: Handset, held: Issued, known_since: str) -> None:
    assert phone.fetch(held, known_since).status_code == 200


def test_a_phone_that_knows_a_later_state_has_it_all(shop: Shop, phone: Handset, held: Issued) -> None:
    shop.clock.pass_by(hours=1)
    known_since = format_datetime(shop.clock.now(), usegmt=True)
    assert phone.fetch(held, known_since).status_code == 304


def test_head_is_answered_like_get_and_gives_nothing(shop: Shop, phone: Handset, held: Issued) -> None:
    whole, head = phone.fetch(held), phone.fetch(held, method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)
    shop.stamp(held.account_id)
    phone.fetch(held, method="HEAD")
    assert fetched(shop, held)[0] == 1
    assert phone.fetch(held, changed_header(phone, held), "HEAD").status_code == 304


def changed_header(phone: Handset, held: Issued) -> str:
    return phone.fetch(held).headers["Last-Modified"]


def test_a_fetch_is_noted_once_per_version(shop: Shop, phone: Handset, held: Issued) -> None:
    assert fetched(shop, held) == (0, None)
    phone.fetch(held)
    first = shop.clock.now()
    assert fetched(shop, held) == (1, first)
    shop.clock.pass_by(hours=1)
    phone.fetch(held)
    assert fetched(shop, held) == (1, first)
    shop.stamp(held.account_id)
    phone.fetch(held)
    assert fetched(shop, held) == (2, shop.clock.now())


def test_a_database_that_takes_nothing_now_costs_the_phone_nothing(
    shop: Shop, held: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    """On SQLite somebody else writes; PostgreSQL has no such moment. What was noted before needs no database."""
    url = shop.services.database.engine.url
    if url.get_backend_name() != "sqlite":
        return
    impatient = Database(url.render_as_string(hide_password=False), busy_seconds=0.01)
    app = open_app(shop, database=impatient)
    with shop.services.transaction():
        assert Handset(app.test_client()).fetch(held).status_code == 200
    assert fetched(shop, held) == (0, None)
    assert [record.getMessage() for record in caplog.records] == ["fetch.unproved"]
    Handset(app.test_client()).fetch(held)
    with shop.services.transaction():
        Handset(app.test_client()).fetch(held)
    assert len(caplog.records) == 1
    impatient.close()


def test_a_card_that_ended_is_sent_once_more_and_asks_no_longer(
    shop: Shop, client: FlaskClient, phone: Handset, held: Issued
) -> None:
    phone.register(held)
    close_card(shop.services, shop.merchant_id, held.account_id)
    with zipfile.ZipFile(BytesIO(phone.fetch(held).data)) as package:
        last = json.loads(package.read("pass.json"))
    assert last["voided"] is True
    assert "webServiceURL" not in last
    assert "authenticationToken" not in last
