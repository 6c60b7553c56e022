"""Google's root keys: how long they are kept, when they are asked for again, and what happens without them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
import responses

from walletpass.gpay.root_keys import BETWEEN_FETCHES, KEYS_ADDRESS, RootKeys, RootKeysUnavailable
from walletpass.simulator.google.callback_signer import CallbackSigner

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOON = timedelta(milliseconds=1)
SIGNER = CallbackSigner()
HOUR = {"Cache-Control": "public, max-age=4000, must-revalidate", "Age": "400"}
"""One hour is left of it."""


class Background(list[Callable[[], object]]):
    """What was to be done beside; nothing is done before `run`."""

    def run(self) -> None:
        while self:
            self.pop()()


@pytest.fixture
def background() -> Background:
    return Background()


@pytest.fixture
def root_keys(background: Background) -> RootKeys:
    return RootKeys(start=background.append)


@pytest.fixture
def google():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


def publish(google: responses.RequestsMock, signer: CallbackSigner = SIGNER, **headers: str) -> None:
    google.upsert(responses.GET, KEYS_ADDRESS, json=signer.keys(), headers=headers or HOUR)


def fail(google: responses.RequestsMock, **answer: Any) -> None:
    google.upsert(responses.GET, KEYS_ADDRESS, **(answer or {"body": requests.ConnectTimeout()}))


def publics(root_keys: RootKeys, now: datetime) -> list[object]:
    return [key.public for key in root_keys.current(now)]


def test_they_are_fetched_once_and_kept_as_long_as_they_are_fresh(google, root_keys) -> None:
    """What a cache on the way used up of their time is gone."""
    publish(google)
    for minutes in (0, 10, 29):
        assert publics(root_keys, NOW + timedelta(minutes=minutes)) == [SIGNER.root.public_key()]
    assert len(google.calls) == 1
    assert google.calls[0].request.url == KEYS_ADDRESS


def test_they_are_not_used_a_moment_longer(google, root_keys) -> None:
    publish(google)
    root_keys.current(NOW)
    fail(google)
    root_keys.current(NOW + timedelta(hours=1) - SOON)
    with pytest.raises(RootKeysUnavailable):
        root_keys.current(NOW + timedelta(hours=1))


def test_from_half_their_life_on_they_are_renewed_beside_the_callback(google, root_keys, background) -> None:
    """The one that asks is answered from what is there."""
    publish(google)
    root_keys.current(NOW)
    later = CallbackSigner()
    publish(google, later)
    root_keys.current(NOW + timedelta(minutes=30) - SOON)
    assert background == []
    half = NOW + timedelta(minutes=30)
    assert publics(root_keys, half) == [SIGNER.root.public_key()]
    background.run()
    assert publics(root_keys, half) == [later.root.public_key()]
    assert len(google.calls) == 2


def test_a_renewal_that_fails_leaves_them_and_is_tried_again(google, root_keys, background) -> None:
    """Not more often than once in BETWEEN_FETCHES."""
    publish(google)
    root_keys.current(NOW)
    fail(google)
    for minute in (30, 30.5, 31):
        at = NOW + timedelta(minutes=minute)
        assert publics(root_keys, at) == [SIGNER.root.public_key()]
        background.run()
    assert len(google.calls) == 3


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=300", 300),
        ("MAX-AGE=300", 300),
        ("s-maxage=9000, max-age=300", 300),
        ("x-max-age=9000", 60),
        ("max-age=0", 60),
        ("no-store", 60),
        ("", 60),
        ("max-age=-300", 60),
        ("max-age=99999999999999999999", 60),
    ],
)
def test_an_answer_without_a_life_lasts_until_another_may_be_asked_for(
    google, root_keys, header, seconds
) -> None:
    publish(google, **{"Cache-Control": header})
    root_keys.current(NOW)
    fail(google)
    root_keys.current(NOW + timedelta(seconds=seconds) - SOON)
    with pytest.raises(RootKeysUnavailable):
        root_keys.current(NOW + timedelta(seconds=seconds))


def test_an_answer_as_old_as_its_life_is_not_older_than_nothing(google, root_keys) -> None:
    publish(google, **{"Cache-Control": "max-age=100", "Age": "5000"})
    root_keys.current(NOW)
    root_keys.current(NOW + BETWEEN_FETCHES - SOON)
    assert len(google.calls) == 1


def test_none_is_kept_beyond_the_earliest_expiry(google, root_keys) -> None:
    """Of the keys that are used; that of an expired one does not count."""
    document = {
        "keys": SIGNER.keys()["keys"] + CallbackSigner().keys()["keys"] + CallbackSigner().keys()["keys"]
    }
    ends = NOW + timedelta(minutes=5)
    document["keys"][1]["keyExpiration"] = str(int(ends.timestamp() * 1000))
    document["keys"][2]["keyExpiration"] = str(int(NOW.timestamp() * 1000))
    google.get(KEYS_ADDRESS, json=document, headers=HOUR)
    assert len(root_keys.current(NOW)) == 2
    fail(google)
    root_keys.current(ends - SOON)
    with pytest.raises(RootKeysUnavailable):
        root_keys.current(ends)


@pytest.mark.parametrize(
    "change",
    [
        {"protocolVersion": "ECv1"},
        {"keyExpiration": None},
        {"keyExpiration": "never"},
        {"keyExpiration": "1"},
        {"keyValue": "AAAA"},
        {"keyValue": None},
        {"keyValue": 7},
    ],
)
def test_keys_that_cannot_be_used_are_passed_over(google, root_keys, change) -> None:
    """Those beside them are used all the same; alone they are none."""
    bad = {**CallbackSigner().keys()["keys"][0], **change}
    google.get(KEYS_ADDRESS, json={"keys": [bad, *SIGNER.keys()["keys"]]})
    assert publics(root_keys, NOW) == [SIGNER.root.public_key()]
    fail(google, json={"keys": [bad]})
    with pytest.raises(RootKeysUnavailable):
        RootKeys().current(NOW)


@pytest.mark.parametrize(
    "answer",
    [
        {"body": requests.ConnectionError()},
        {"status": 500, "json": SIGNER.keys()},
        {"status": 302, "headers": {"Location": "https://elsewhere.example/keys"}},
        {"body": b"<html>"},
        {"body": b"[" * 5000},
        {"body": b"[]"},
        {"body": b"{}"},
        {"body": b'{"keys": 7}'},
        {"body": b'{"keys": [7, null]}'},
        {"body": b'{"keys": []}' + b" " * 70_000},
    ],
)
def test_without_keys_nobody_is_believed_and_google_is_left_in_peace(google, root_keys, answer) -> None:
    """A distinct error, so that the callback is sent again later; until then no second question."""
    fail(google, **answer)
    for _ in range(3):
        with pytest.raises(RootKeysUnavailable):
            root_keys.current(NOW)
    assert len(google.calls) == 1
    publish(google)
    assert publics(root_keys, NOW + BETWEEN_FETCHES) == [SIGNER.root.public_key()]


def test_whoever_sends_forgeries_makes_us_ask_once_a_minute(google, root_keys) -> None:
    publish(google)
    for second in range(0, 121, 5):
        root_keys.refetch(NOW + timedelta(seconds=second))
    assert len(google.calls) == 3


def test_what_cannot_be_told_for_want_of_newer_keys_is_told_later(google, root_keys) -> None:
    """A refetch that fails refuses nothing for good, and costs no callback that the present keys verify."""
    publish(google)
    root_keys.current(NOW)
    fail(google)
    later = NOW + BETWEEN_FETCHES
    with pytest.raises(RootKeysUnavailable):
        root_keys.refetch(later)
    assert publics(root_keys, later) == [SIGNER.root.public_key()]


def test_many_callbacks_at_once_ask_once() -> None:
    """Over a real socket, with all of them there before the first answer."""
    asked: list[str] = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            content = requests.models.complexjson.dumps(SIGNER.keys()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server, ThreadPoolExecutor(8) as pool:
        Thread(target=server.serve_forever, daemon=True).start()
        root_keys = RootKeys(f"http://127.0.0.1:{server.server_port}/keys")
        found = list(pool.map(lambda _: publics(root_keys, NOW), range(8)))
        server.shutdown()
    assert found == [[SIGNER.root.public_key()]] * 8
    assert asked == ["/keys"]
