"""What each answer of APNs means for a push."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.apns.answers import RULINGS, Ruling, Told, read_body, rule
from walletpass.apns.push import Verdict
from walletpass.simulator.apns_answers import STATUS

GONE, LATER, HALT, REFUSED = Verdict.GONE, Verdict.LATER, Verdict.HALT, Verdict.REFUSED

DOCUMENTED = [
    (400, "BadDeviceToken", GONE),
    (400, "DeviceTokenNotForTopic", REFUSED),
    (400, "TopicDisallowed", HALT),
    (400, "BadTopic", HALT),
    (400, "MissingTopic", HALT),
    (400, "BadCollapseId", REFUSED),
    (400, "BadExpirationDate", REFUSED),
    (400, "BadMessageId", REFUSED),
    (400, "BadPriority", REFUSED),
    (400, "DuplicateHeaders", REFUSED),
    (400, "InvalidPushType", REFUSED),
    (400, "MissingDeviceToken", REFUSED),
    (400, "PayloadEmpty", REFUSED),
    (400, "IdleTimeout", LATER),
    (403, "BadCertificate", HALT),
    (403, "BadCertificateEnvironment", HALT),
    (403, "Forbidden", HALT),
    (403, "ExpiredProviderToken", HALT),
    (403, "InvalidProviderToken", HALT),
    (403, "MissingProviderToken", HALT),
    (403, "UnrelatedKeyIdInToken", HALT),
    (404, "BadPath", REFUSED),
    (405, "MethodNotAllowed", REFUSED),
    (410, "Unregistered", GONE),
    (410, "ExpiredToken", GONE),
    (413, "PayloadTooLarge", REFUSED),
    (429, "TooManyRequests", LATER),
    (429, "TooManyProviderTokenUpdates", LATER),
    (500, "InternalServerError", LATER),
    (503, "ServiceUnavailable", LATER),
    (503, "Shutdown", LATER),
]


@pytest.mark.parametrize(("status", "reason", "verdict"), DOCUMENTED)
def test_every_documented_reason_has_its_verdict(status: int, reason: str, verdict: Verdict) -> None:
    assert rule(status, reason).verdict is verdict


def test_no_documented_reason_is_forgotten() -> None:
    """Neither here, nor by the sender, nor by the simulator."""
    documented = {(status, reason) for status, reason, _ in DOCUMENTED}
    assert set(RULINGS) == documented == {(status, reason) for reason, status in STATUS.items()}


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_token_is_not_blamed_before_others_were_accepted(reason: str) -> None:
    """A wrong host or certificate makes every token a bad one."""
    assert rule(400, reason).unproven is LATER


@pytest.mark.parametrize(("status", "reason"), [(503, "Shutdown"), (400, "IdleTimeout"), (403, "Forbidden")])
def test_a_connection_that_apns_gives_up_is_not_used_again(status: int, reason: str) -> None:
    assert rule(status, reason).ends_connection


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (0, LATER),
        (204, LATER),
        (302, LATER),
        (400, REFUSED),
        (401, REFUSED),
        (403, HALT),
        (408, LATER),
        (410, GONE),
        (418, REFUSED),
        (429, LATER),
        (500, LATER),
        (502, LATER),
        (599, LATER),
    ],
)
@pytest.mark.parametrize("reason", ["", "NewAtApple"])
def test_an_unknown_reason_is_judged_by_its_status(status: int, reason: str, verdict: Verdict) -> None:
    assert rule(status, reason).verdict is verdict


def test_a_known_reason_with_another_status_is_an_unknown_one() -> None:
    assert rule(500, "BadDeviceToken") == Ruling(LATER)


def test_the_end_of_a_token_is_told_in_milliseconds() -> None:
    body = b'{"reason":"Unregistered","timestamp":1454948015990}'
    assert read_body(body) == Told("Unregistered", datetime(2016, 2, 8, 16, 13, 35, 990000, UTC))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", Told()),
        (b"[]", Told()),
        (b"<html>", Told()),
        (b"\xff", Told()),
        (b'{"reason":"Cut', Told()),
        (b"[" * 4096, Told()),
        (b'{"reason":7}', Told()),
        (b'{"reason":"' + b"x" * 1000 + b'"}', Told("x" * 64)),
        (b'{"reason":"Unregistered","timestamp":"soon"}', Told("Unregistered")),
        (b'{"reason":"Unregistered","timestamp":1e3}', Told("Unregistered")),
        (b'{"reason":"Unregistered","timestamp":9999999999999999}', Told("Unregistered")),
        (b'{"reason":"Unregistered","timestamp":' + b"9" * 4000 + b"}", Told("Unregistered")),
    ],
)
def test_what_cannot_be_read_is_left_out(body: bytes, told: Told) -> None:
    assert read_body(body) == told


@given(st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_that_can_be_told_is_understood(at: datetime) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    milliseconds = round(at.timestamp() * 1000)
    assert read_body(json.dumps({"timestamp": milliseconds}).encode()).ended_at == at


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_no_body_breaks_the_reader(body: bytes) -> None:
    assert isinstance(read_body(body), Told)
