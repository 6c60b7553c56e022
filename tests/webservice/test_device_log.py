"""Phones log what went wrong."""

import logging

import pytest
from flask.testing import FlaskClient
from support.shops import Shop

from walletpass.operations.devices.read_log import read_log

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LOG = "/wallet/v1/log"


def test_lines_are_kept_and_only_counted_in_our_own_log(
    shop: Shop, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger's words have no place there."""
    with caplog.at_level(logging.INFO):
        assert client.post(LOG, json={"logs": ["one", "<b>two\x00</b>", 3, None]}).status_code == 200
    assert [line.text for line in read_log(shop.services)] == ["<b>two </b>", "one"]
    assert [record.getMessage() for record in caplog.records] == ["device.logged"]
    assert "two" not in str(vars(caplog.records[0]))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"logs": "one"}', b'{"logs": null}', b'{"logs": ["\\ud800"]}']
)
def test_what_is_no_log_is_refused(shop: Shop, client: FlaskClient, body: bytes) -> None:
    answer = client.post(LOG, data=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request")
    assert read_log(shop.services) == []


def test_nothing_to_say_is_no_fault(client: FlaskClient) -> None:
    assert client.post(LOG, json={"logs": []}).status_code == 200


def test_a_log_without_end_is_refused(client: FlaskClient) -> None:
    assert client.post(LOG, json={"logs": ["a" * 100] * 1000}).status_code == 413
