"""What Google answers when it refuses, as a cause, a verdict and words for people."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.gpay.answers import Answer, read_answer
from walletpass.gpay.errors import RULINGS, Cause, Failure, Verdict

HTML = b"<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title></html>"


def read(status: int, content: bytes = b"", **headers: str) -> Failure:
    outcome = read_answer(
        Answer(status, {name.replace("_", "-"): each for name, each in headers.items()}, content)
    )
    assert isinstance(outcome, Failure)
    return outcome


def service_error(code: int, reason: str, message: str = "…", domain: str = "walletobjects") -> bytes:
    """The Wallet service's own."""
    errors = [{"message": message, "domain": domain, "reason": reason}]
    return json.dumps({"error": {"code": code, "message": message, "errors": errors}}).encode()


def front_end_error(code: int, status: str, message: str, *details: dict[str, Any]) -> bytes:
    """That of all Google APIs."""
    reasons = [{"message": message, "reason": "invalid"}]
    error = {"code": code, "message": message, "errors": reasons, "status": status, "details": details}
    return json.dumps({"error": error}).encode()


def test_every_cause_has_a_ruling() -> None:
    assert set(RULINGS) == set(Cause)


def test_a_spent_quota_of_notifications_is_not_a_lack_of_permission() -> None:
    """Both are 403: one is about one card and passes, the other stops everything until the operator acts."""
    message = "Quota exceeded for issuer 3388 when adding TEXT_AND_NOTIFY message to class 3388.c"
    spent = read(403, service_error(403, "quotaExceeded", message))
    refused = read(403, service_error(403, "permissionDenied", "Permission denied."))
    assert (spent.cause, spent.verdict) == (Cause.QUOTA_SPENT, Verdict.REFUSED)
    assert (refused.cause, refused.verdict) == (Cause.NOT_PERMITTED, Verdict.HALT)
    assert spent.detail == message
    assert not spent.is_unclear


@pytest.mark.parametrize(
    ("status", "content", "cause"),
    [
        (400, service_error(400, "invalidResource", "Invalid resource ID"), Cause.INVALID),
        (400, service_error(400, "invalidResource", "Image cannot be loaded."), Cause.IMAGE_REFUSED),
        (
            400,
            service_error(400, "invalidResource", "Issuer not allowlisted for Merchant Locations. Please …"),
            Cause.PLACES_NOT_ALLOWED,
        ),
        (401, service_error(401, "authError", "Invalid Credentials"), Cause.UNAUTHORIZED),
        (403, b"", Cause.NOT_PERMITTED),
        (403, front_end_error(403, "PERMISSION_DENIED", "The caller …"), Cause.NOT_PERMITTED),
        (403, service_error(403, "accessNotConfigured"), Cause.API_DISABLED),
        (
            403,
            front_end_error(403, "PERMISSION_DENIED", "has not been used", {"reason": "SERVICE_DISABLED"}),
            Cause.API_DISABLED,
        ),
        (403, service_error(403, "rateLimitExceeded", domain="usageLimits"), Cause.RATE_LIMITED),
        (403, service_error(403, "quotaExceeded", domain="usageLimits"), Cause.RATE_LIMITED),
        (404, service_error(404, "classNotFound"), Cause.MISSING),
        (409, service_error(409, "existingResource"), Cause.EXISTS),
        (408, b"", Cause.TIMED_OUT),
        (413, HTML, Cause.INVALID),
        (429, front_end_error(429, "RESOURCE_EXHAUSTED", "Quota exceeded"), Cause.RATE_LIMITED),
        (500, service_error(500, "backendError"), Cause.UNAVAILABLE),
        (502, HTML, Cause.UNAVAILABLE),
        (503, b"", Cause.UNAVAILABLE),
        (302, b"", Cause.UNREADABLE),  # a hotel's page
        (200, HTML, Cause.UNREADABLE),
        (200, b"[]", Cause.UNREADABLE),
    ],
)
def test_an_answer_has_its_cause(status: int, content: bytes, cause: Cause) -> None:
    failure = read(status, content)
    assert (failure.cause, failure.status) == (cause, status)


def test_a_front_end_error_tells_which_field_is_wrong() -> None:
    violation = {"description": "Invalid value at 'state' (type.googleapis.com/…), \"active!\""}
    details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    failure = read(400, front_end_error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", details))
    assert (failure.cause, failure.reason) == (Cause.INVALID, "invalid")
    assert failure.detail == f"Invalid JSON payload received. {violation['description']}"


def test_only_answers_after_which_google_may_have_acted_are_unclear() -> None:
    unclear = {status for status in (400, 401, 403, 404, 409, 429, 408, 500, 503) if read(status).is_unclear}
    assert unclear == {408, 500, 503}


def test_only_what_may_pass_is_tried_again() -> None:
    later = {
        status for status in (400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504) if _is_later(status)
    }
    assert later == {408, 429, 500, 502, 503, 504}


def _is_later(status: int) -> bool:
    return read(status).verdict is Verdict.LATER


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": "-5"}, 0),
        ({"Retry_After": "soon"}, 0),
        ({"Retry_After": "9" * 400}, 86_400),
        ({"Retry_After": "²"}, 0),
        ({}, 0),
        (
            {"Retry_After": "Mon, 23 Nov 2026 10:00:30 GMT", "Date": "Mon, 23 Nov 2026 10:00:00 GMT"},
            30,
        ),
        ({"Retry_After": "Mon, 23 Nov 2026 10:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:30 GMT"}, 0),
        ({"Retry_After": "Mon, 23 Nov 2026 10:00:00 GMT", "Date": "Mon, 23 Nov 2026 10:00:30"}, 0),
        ({"Retry_After": "Mon, 23 Nov 2026 10:00:30 GMT"}, 0),
        ({"Retry_After": f"Mon, 23 Nov 2026 10:00:30 +{'9' * 20}", "Date": ""}, 0),
        ({"Retry_After": "Mon, 23 Nov 99999999999999999999 10:00:30 GMT", "Date": ""}, 0),
    ],
)
def test_a_pause_that_is_asked_for_is_read(headers: dict[str, str], seconds: float) -> None:
    """A date counts from the answer's own date."""
    assert read(503, b"", **headers).retry_after == seconds


def test_no_token_that_google_repeats_gets_into_words() -> None:
    """An error of `jwt.insert` could quote the token, which saves a card."""
    told = "Bad JWT: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl\nand ya29.a0Af_token-1"
    failure = read(400, service_error(400, "invalid", told))
    assert failure.detail == "Bad JWT: … and …"
    assert "eyJ" not in repr(failure)


def test_a_flood_of_words_is_cut() -> None:
    failure = read(400, service_error(400, "r" * 10_000, "m" * 10_000))
    assert len(failure.reason) <= 64
    assert len(failure.detail) <= 300


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _dump(value: object) -> bytes:
    return json.dumps(value).encode()


_ERROR = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("code", "message", "errors", "status", "details"), _JSON)
)


@given(
    st.integers(200, 599),
    st.binary(max_size=80) | (_JSON | st.fixed_dictionaries({"error": _ERROR})).map(_dump),
    st.text(max_size=30),
)
def test_whatever_is_answered_there_is_a_document_or_words(
    status: int, content: bytes, retry_after: str
) -> None:
    outcome = read_answer(Answer(status, {"Retry-After": retry_after}, content))
    if isinstance(outcome, Failure):
        assert outcome.message
        assert outcome.action
        assert outcome.retry_after >= 0
    else:
        assert status < 300


def test_an_answer_nested_too_deep_is_unreadable() -> None:
    assert read(200, b'{"a":' * 900 + b"1" + b"}" * 900).cause is Cause.UNREADABLE
