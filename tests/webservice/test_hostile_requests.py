"""Whatever comes in, the service answers: no fault of ours, and no secret in a log."""

import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.handsets import PUSH_TOKEN, Handset, Issued, find_pass
from support.shops import Shop

from walletpass.operations.passes.issue import ASKED
from walletpass.store import devices
from walletpass.store.statements import change

EXPECTED = {200, 201, 204, 304, 400, 401, 404, 405, 413, 429, 503}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def mutated(sound: str) -> st.SearchStrategy[str]:
    """Mostly the text itself; else cut, doubled, with something put in, or another altogether."""
    place = st.integers(0, len(sound))
    broken = st.one_of(
        place.map(lambda at: sound[:at]),
        st.tuples(place, st.text(max_size=8)).map(lambda put: sound[: put[0]] + put[1] + sound[put[0] :]),
        st.integers(2, 40).map(lambda times: sound * times),
        st.text(max_size=50),
    )
    return st.integers(0, 9).flatmap(lambda dice: broken if dice == 9 else st.just(sound))


def mutated_method(sound: str) -> st.SearchStrategy[str]:
    return st.one_of(*[st.just(sound)] * 5, st.sampled_from(METHODS))


def requests_to(held: Issued) -> st.SearchStrategy[dict[str, Any]]:
    registration = "/v1/devices/{device}/registrations/{type}"
    fetch = "/v1/passes/{type}/{serial}"
    endpoints = st.sampled_from(
        [
            ("POST", registration + "/{serial}"),
            ("DELETE", registration + "/{serial}"),
            ("GET", registration),
            ("GET", fetch),
            ("HEAD", fetch),
            ("POST", fetch + "/personalize"),
            ("POST", "/v1/log"),
        ]
    ).flatmap(lambda sound: st.tuples(mutated_method(sound[0]), mutated(sound[1])))
    names = st.fixed_dictionaries(
        {"device": mutated("a-phone"), "type": mutated(held.pass_type), "serial": mutated(held.serial)}
    )
    sound = [
        {"pushToken": PUSH_TOKEN},
        {"logs": ["[now] Web service error for P (U): serial number 'S' unchanged"] * 3},
        {"personalizationToken": "t", "requiredPersonalizationInfo": {"emailAddress": "bo@example.com"}},
    ]
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
        max_leaves=8,
    )
    bodies = st.one_of(
        st.sampled_from(sound)
        .map(json.dumps)
        .flatmap(mutated)
        .map(lambda text: text.encode("utf-8", "replace")),
        st.sampled_from(sound).flatmap(
            lambda body: st.fixed_dictionaries(dict.fromkeys(body, values)).map(json.dumps).map(str.encode)
        ),
        st.binary(max_size=200),
        st.sampled_from([b"[" * 70_000, b'{"a":' * 5_000, b"[" * 2_000 + b"]" * 2_000, b"a" * 70_000]),
    )
    dates = st.sampled_from(["Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 09:00:00 +9999", "0", "-1"])
    headers = st.fixed_dictionaries(
        {
            "Authorization": st.sampled_from(
                [f"ApplePass {held.token}", f"androidpass {held.token}", held.token, ""]
            ).flatmap(mutated)
        },
        optional={
            "If-Modified-Since": dates.flatmap(mutated),
            "Content-Type": st.sampled_from(
                ["application/json", "text/plain", "multipart/form-data; boundary=x", "é"]
            ),
            "Content-Length": st.sampled_from(["0", "-1", "7", "x", "99999999999999999999"]),
            "Transfer-Encoding": st.just("chunked"),
            "X-Forwarded-For": st.text(max_size=20),
        },
    )
    return st.fixed_dictionaries(
        {
            "endpoint": endpoints,
            "names": names,
            "query": st.sampled_from(["", "passesUpdatedSince=" + "1" * 30]).flatmap(mutated),
            "headers": headers,
            "body": bodies,
        }
    )


def ask(app: Flask, request: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """As a server hands it over: nothing in between puts it right."""
    body, (method, path) = request["body"], request["endpoint"]
    for name, value in request["names"].items():
        path = path.replace(f"{{{name}}}", value)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": latin(f"/wallet/{path}"),
        "QUERY_STRING": latin(request["query"]),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request["headers"].items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = latin(value)
    answered: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        answered.update(status=status, headers=dict(headers))
        return io.BytesIO().write

    content = b"".join(app(environ, start_response))
    return answered["status"], answered["headers"], content


def latin(text: str) -> str:
    """As WSGI hands bytes over."""
    return text.encode("utf-8", "replace").decode("latin-1")


@pytest.mark.parametrize("asks", [False, True])
def test_every_request_is_answered_and_nothing_secret_is_logged(
    shop: Shop,
    client: FlaskClient,
    phone: Handset,
    held: Issued,
    caplog: pytest.LogCaptureFixture,
    asks: bool,
) -> None:
    phone.register(held)
    if asks:
        with shop.services.transaction() as tx:
            pass_id = find_pass(shop, held.account_id, held.pass_type).id
            change(tx, devices.passes, pass_id, personalisation=ASKED)
    caplog.set_level(logging.DEBUG)

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(request=requests_to(held))
    def answered(request: dict[str, Any]) -> None:
        shop.clock.pass_by(seconds=1)
        status, headers, content = ask(client.application, request)
        code = int(status.split()[0])
        assert code in EXPECTED, status
        assert "Location" not in headers
        if code >= 400 and code != 401 and request["endpoint"][0] != "HEAD":
            assert set(json.loads(content)["error"]) >= {"code", "message"}

    answered()
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    for secret in (held.token, PUSH_TOKEN, "a-phone"):
        assert secret not in logged
    assert "Traceback" not in logged
