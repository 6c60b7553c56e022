"""Requests that make no sense: each is answered, and nothing of them is kept."""

import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.googles import Issuer, claims, full

from walletpass.simulator.google.memory import Kind
from walletpass.simulator.google.server import SimulatedGoogle

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(("loyaltyObjects", "loyaltyClasses", "offerObjects", "id", "classId"))
PATHS = st.sampled_from(
    (
        "POST loyaltyClass",
        "POST loyaltyObject",
        "POST jwt",
        "POST jwt/validate",
        f"PATCH loyaltyObject/{full('anna')}",
        f"PUT loyaltyClass/{full('club')}",
        f"POST loyaltyClass/{full('club')}/addMessage",
    )
)
MEMBERS = st.sampled_from(("id", "jwt", "message", "jwtResource", "jsonResource", "reviewStatus", "state"))

for_each = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@for_each
@given(PATHS, st.dictionaries(MEMBERS, JSON, max_size=4))
def test_any_document_is_answered(issuer: Issuer, where: str, document: dict[str, Any]) -> None:
    method, path = where.split()
    answer = issuer.send(method, path, document)
    assert answer.status_code in (400, 403, 404)
    assert answer.json()["error"]["message"]
    assert issuer.google.find(Kind.CLASS, full("club")) is None


@for_each
@given(st.dictionaries(NAMES, JSON, max_size=3))
def test_any_payload_of_a_link_is_answered(issuer: Issuer, payload: dict[str, Any]) -> None:
    token = issuer.sign(claims(issuer, **payload))
    assert issuer.send("POST", "jwt", {"jwt": token}).status_code in (400, 403)
    assert issuer.send("POST", "jwt/validate", {"jwtResource": {"jwt": token}}).status_code in (200, 400)


@pytest.mark.parametrize("length", [b"nonsense", b"-1", b"99999999999"])
def test_a_length_that_makes_no_sense_ends_the_connection(google: SimulatedGoogle, length: bytes) -> None:
    host, port = google.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as caller:
        caller.sendall(b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n")
        assert caller.recv(100) == b""
