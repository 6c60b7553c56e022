"""The client over real connections: authorised, patient for as long as it was told, silent about its secrets."""

import gzip
import json
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import monotonic

import pytest
from support.local_google import (
    CUT,
    ISSUER,
    SILENCE,
    TOKEN,
    HandTimer,
    LocalGoogle,
    Reply,
    key_pem,
    make_account,
    running_google,
)

from walletpass.clock import SystemClock
from walletpass.gpay.client import WalletClient
from walletpass.gpay.errors import Cause, Failure, Verdict, WalletError
from walletpass.gpay.retries import Patience
from walletpass.gpay.throttle import Throttle
from walletpass.pkpass.development import load_server_files

OBJECT = f"{ISSUER}.o-1"
ONCE = Patience(tries=1, connect=2, read=2, total=5)
LATE = Patience(tries=1, total=3)
FREE = Throttle(1e6, 1000)


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with running_google() as running:
        yield running


@pytest.fixture
def client(google: LocalGoogle) -> Iterator[WalletClient]:
    opened = WalletClient(google.account, FREE, base_url=google.address, is_development=True, patience=ONCE)
    yield opened
    opened.close()


def cause_of(client: WalletClient) -> Cause:
    with pytest.raises(WalletError) as refused:
        client.objects.get(OBJECT)
    return refused.value.failure.cause


def test_a_call_is_authorised_and_asks_for_gzip(google: LocalGoogle, client: WalletClient) -> None:
    """Google compresses only for a user agent that says gzip as well."""
    google.reply(Reply(200, content=gzip.compress(b'{"id": "1.o"}'), headers={"Content-Encoding": "gzip"}))
    assert client.objects.patch({"id": OBJECT, "accountName": "Åse"}) == {"id": "1.o"}
    (asked,) = google.asked
    assert (asked.method, asked.path) == ("PATCH", f"/walletobjects/v1/loyaltyObject/{OBJECT}")
    assert asked.document == {"id": OBJECT, "accountName": "Åse"}
    headers = {name.lower(): value for name, value in asked.headers.items()}
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "gzip"
    assert "gzip" in headers["user-agent"]


def test_one_token_and_one_connection_serve_many_calls(google: LocalGoogle, client: WalletClient) -> None:
    for _ in range(20):
        client.objects.get(OBJECT)
    assert len(google.tokens_asked) == 1
    assert google.connections == 2  # one for the token


def test_every_thread_has_a_connection_of_its_own(google: LocalGoogle, client: WalletClient) -> None:
    client.objects.get(OBJECT)
    together = Barrier(4)

    def call(_: int) -> None:
        together.wait(10)
        for _ in range(5):
            client.objects.get(OBJECT)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(call, range(4)))
    assert len(google.asked) == 21
    assert google.connections == 6
    assert len(google.tokens_asked) == 1


def test_a_token_that_was_withdrawn_is_replaced_once(google: LocalGoogle, client: WalletClient) -> None:
    google.reply(Reply(401), Reply(200, {"id": OBJECT}))
    assert client.objects.get(OBJECT) == {"id": OBJECT}
    assert len(google.tokens_asked) == 2


def test_a_token_that_is_never_right_stops_everything(google: LocalGoogle, client: WalletClient) -> None:
    google.reply(Reply(401))
    assert cause_of(client) is Cause.UNAUTHORIZED


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (
            Reply(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}),
            Cause.KEY_REFUSED,
        ),
        (Reply(401, {"error": "deleted_client"}), Cause.KEY_REFUSED),
        (Reply(200, content=b"<html>Welcome to our hotel</html>"), Cause.UNAVAILABLE),
        (Reply(200, {"access_token": 7}), Cause.UNAVAILABLE),
        (Reply(200, {"access_token": "a\nb"}), Cause.UNREACHABLE),
        (Reply(200, {"access_token": "a", "expires_in": "soon"}), Cause.UNAVAILABLE),
        (Reply(200, {"access_token": "a", "expires_in": 10**30}), Cause.UNAVAILABLE),
        (Reply(404, content=b"<html>"), Cause.UNAVAILABLE),
        (Reply(503, content=b"<html>"), Cause.UNAVAILABLE),
        (CUT, Cause.UNREACHABLE),
    ],
)
def test_a_token_that_is_not_given_is_told_from_one_that_is_refused(
    google: LocalGoogle, client: WalletClient, reply: Reply, cause: Cause
) -> None:
    """Only a refusal is the operator's fault; and it is asked for once, without pauses of google-auth's own."""
    google.token_replies.clear()
    google.token_replies.append(reply)
    assert cause_of(client) is cause
    assert len(google.tokens_asked) == 1
    assert google.asked == []


def test_nobody_else_is_asked_anything(google: LocalGoogle, client: WalletClient) -> None:
    """google-auth's own credentials would look up a region at another host, with our token."""
    client.objects.get(OBJECT)
    google.reply(Reply(401), Reply())
    client.objects.get(OBJECT)
    assert {asked.path for asked in google.asked} == {f"/walletobjects/v1/loyaltyObject/{OBJECT}"}
    assert {asked.path for asked in google.tokens_asked} == {"/token"}


def test_a_server_that_says_nothing_is_left_after_the_read_timeout(
    google: LocalGoogle, client: WalletClient
) -> None:
    google.reply(SILENCE)
    hasty = client.with_patience(Patience(tries=1, connect=1, read=0.05, total=5))
    begun = monotonic()
    assert cause_of(hasty) is Cause.TIMED_OUT
    assert monotonic() - begun < 1


def test_a_turn_that_comes_at_the_last_moment_is_used(google: LocalGoogle) -> None:
    timer = HandTimer()
    throttle = Throttle(1, 1, timer)
    client = WalletClient(
        google.account, throttle, base_url=google.address, is_development=True, patience=LATE, timer=timer
    )
    assert throttle.wait(0, 3)
    client.objects.get(OBJECT)
    client.close()
    assert timer.slept == [3]


def test_an_answer_that_never_ends_is_left_when_time_is_up(google: LocalGoogle) -> None:
    """The pieces come in time, each of them; all together do not."""
    timer = HandTimer()
    endless = b'{"a": "' + b"x" * 10_000_000
    google.reply(Reply(200, content=endless))
    client = WalletClient(
        google.account,
        FREE,
        base_url=google.address,
        is_development=True,
        patience=ONCE,
        timer=Hurrying(timer),
    )
    assert cause_of(client) is Cause.TIMED_OUT
    client.close()


class Hurrying(HandTimer):
    """Every look at the clock takes a second."""

    def __init__(self, timer: HandTimer) -> None:
        super().__init__(timer.now)

    def monotonic(self) -> float:
        self.now += 1
        return self.now


def test_an_answer_larger_than_any_page_is_not_taken(google: LocalGoogle, client: WalletClient) -> None:
    google.reply(Reply(200, content=gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"}))
    assert cause_of(client) is Cause.UNREACHABLE


def test_a_connection_that_is_cut_leaves_it_unclear_what_was_done(
    google: LocalGoogle, client: WalletClient
) -> None:
    google.reply(CUT)
    with pytest.raises(WalletError) as refused:
        client.objects.insert({"id": OBJECT})
    failure = refused.value.failure
    assert (failure.cause, failure.verdict, failure.is_unclear) == (Cause.UNREACHABLE, Verdict.LATER, True)


def test_a_connection_that_was_refused_leaves_no_doubt(google: LocalGoogle) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = WalletClient(google.account, FREE, base_url=nobody, is_development=True, patience=ONCE)
        with pytest.raises(WalletError) as refused:
            client.objects.insert({"id": OBJECT})
        client.close()
    failure = refused.value.failure
    assert (failure.cause, failure.is_unclear) == (Cause.UNREACHABLE, False)


def failure_at(base_url: str) -> Failure:
    """Of a client that has a token already."""
    with running_google() as tokens:
        client = WalletClient(tokens.account, FREE, base_url=base_url, patience=ONCE)
        with pytest.raises(WalletError) as refused:
            client.objects.insert({"id": OBJECT})
        client.close()
    return refused.value.failure


def test_whoever_shows_no_certificate_that_is_trusted_hears_nothing(tmp_path: Path) -> None:
    """That stops everything: it does not pass by itself, and somebody may be listening."""
    files = load_server_files(tmp_path, SystemClock().now())
    with running_google(files.certificate, files.key) as stranger:
        failure = failure_at(stranger.address)
    assert (failure.cause, failure.verdict, failure.is_unclear) == (Cause.UNTRUSTED, Verdict.HALT, False)
    assert stranger.asked == []


def test_a_connection_whose_tls_fails_otherwise_is_tried_again(google: LocalGoogle) -> None:
    """It may have failed after the request had left."""
    failure = failure_at(google.address.replace("http:", "https:"))
    assert (failure.cause, failure.verdict, failure.is_unclear) == (Cause.UNREACHABLE, Verdict.LATER, True)


def test_redirects_are_not_followed(google: LocalGoogle, client: WalletClient) -> None:
    """They would carry the token to whoever is named."""
    google.reply(Reply(307, headers={"Location": f"{google.address}/elsewhere"}))
    assert cause_of(client) is Cause.UNREADABLE
    assert len(google.asked) == 1


def test_a_password_file_of_the_machine_does_not_take_the_tokens_place(
    google: LocalGoogle, client: WalletClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client.objects.get(OBJECT)
    assert dict(google.asked[0].headers)["authorization"] == f"Bearer {TOKEN}"


def test_a_proxy_of_the_environment_is_used(google: LocalGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", google.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    client = WalletClient(
        google.account, FREE, base_url="http://google.invalid", is_development=True, patience=ONCE
    )
    client.objects.get(OBJECT)
    client.close()
    assert google.asked[0].path == f"http://google.invalid/walletobjects/v1/loyaltyObject/{OBJECT}"


def test_an_id_cannot_lead_elsewhere(google: LocalGoogle, client: WalletClient) -> None:
    client.objects.get("../../x?y#z")
    assert google.asked[0].path == "/walletobjects/v1/loyaltyObject/..%2F..%2Fx%3Fy%23z"


def test_calls_go_over_https_unless_in_development() -> None:
    for address in ("http://walletobjects.googleapis.com", "ftp://x", "https://", "https://x?y"):
        with pytest.raises(ValueError, match="https"):
            WalletClient(make_account(), FREE, base_url=address)


def test_no_secret_is_logged_or_shown(
    google: LocalGoogle, client: WalletClient, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level, through success, refusal and a lost connection."""
    caplog.set_level(logging.DEBUG)
    jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"
    error = {"error": {"code": 400, "message": f"bad token {jwt}", "errors": [{"reason": "invalid"}]}}
    google.reply(Reply(200, {"saveUri": "https://x.example"}), Reply(400, error), CUT)
    client.insert_jwt(jwt)
    shown = [repr(client), repr(client.objects), repr(google.account)]
    for _ in range(2):
        with pytest.raises(WalletError) as refused:
            client.insert_jwt(jwt)
        shown += [repr(refused.value), repr(refused.value.failure)]
    assert any(record.message == "google.failed" for record in caplog.records)
    shown += [json.dumps(vars(record), default=str) for record in caplog.records]
    everything = "\n".join(shown)
    assertion = google.tokens_asked[0].body.decode().split("assertion=")[1][:40]
    for secret in (TOKEN, jwt, "c2lnbmF0dXJl", assertion, key_pem().splitlines()[2]):
        assert secret not in everything
