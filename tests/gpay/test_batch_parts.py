"""Many calls in one request: every answer finds its call, whatever the order and whatever is missing."""

import json
from collections.abc import Sequence
from email import message_from_bytes
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.gpay.answers import Answer
from walletpass.gpay.batch import MOST_CALLS, build_batch, read_batch
from walletpass.gpay.call import Call
from walletpass.gpay.errors import Cause, Failure

MEDIA_TYPE = "multipart/mixed; boundary=batch_x"


def part(number: int, status: int, document: Any, newline: str = "\r\n", headers: str = "") -> str:
    body = json.dumps(document, ensure_ascii=False)
    lines = ["--batch_x", "Content-Type: application/http", f"Content-ID: <response-{number}>", ""]
    lines += [f"HTTP/1.1 {status} Whatever", "Content-Type: application/json; charset=UTF-8"]
    return newline.join([*lines, *([headers] if headers else []), "", body, ""])


def read(parts: Sequence[str], count: int, end: str = "--batch_x--") -> list[dict[str, Any] | Failure]:
    outcome = read_batch(Answer(200, {"Content-Type": MEDIA_TYPE}, ("".join(parts) + end).encode()), count)
    assert isinstance(outcome, list)
    return outcome


def call(number: int) -> Call:
    return Call(
        "PATCH", f"/walletobjects/v1/loyaltyObject/1.{number}", {"id": f"1.{number}", "n": "Å\r\n--x"}
    )


def test_every_call_is_a_request_of_its_own_in_a_part() -> None:
    media_type, body = build_batch([call(0), Call("GET", "/walletobjects/v1/loyaltyObject/1.9")])
    batch = message_from_bytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)
    first, second = (each for each in batch.walk() if not each.is_multipart())
    assert (first["Content-Type"], first["Content-ID"]) == ("application/http", "<0>")
    content = first.get_payload(decode=True)
    assert isinstance(content, bytes)
    head, _, inner = content.partition(b"\r\n\r\n")
    assert head.startswith(b"PATCH /walletobjects/v1/loyaltyObject/1.0 HTTP/1.1\r\n")
    assert json.loads(inner) == call(0).document
    assert f"Content-Length: {len(inner)}".encode() in head
    asked = second.get_payload(decode=True)
    assert isinstance(asked, bytes)
    assert asked.startswith(b"GET /walletobjects/v1/loyaltyObject/1.9 HTTP/1.1\r\n")


@pytest.mark.parametrize("count", [0, MOST_CALLS + 1])
def test_a_batch_of_none_or_too_many_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="calls"):
        build_batch([call(1)] * count)


@given(st.permutations(range(6)), st.sampled_from(["\n", "\r\n"]))
def test_answers_find_their_calls_in_any_order(order: list[int], newline: str) -> None:
    parts = [part(number, 200, {"id": f"1.{number}", "name": "Åse"}, newline) for number in order]
    assert read(parts, 6) == [{"id": f"1.{number}", "name": "Åse"} for number in range(6)]


def test_each_part_succeeds_or_fails_for_itself() -> None:
    error = {"error": {"code": 404, "message": "no", "errors": [{"reason": "resourceNotFound"}]}}
    parts = [
        part(0, 200, {"state": "active"}),
        part(1, 404, error),
        part(2, 503, {}, headers="retry-after: 9"),
    ]
    done, missing, later = read(parts, 3)
    assert done == {"state": "ACTIVE"}
    assert missing == Failure(Cause.MISSING, 404, "resourceNotFound", "no")
    assert later == Failure(Cause.UNAVAILABLE, 503, is_unclear=True, retry_after=9.0)


def test_what_was_not_answered_may_have_been_done() -> None:
    unclear = Failure(Cause.UNREADABLE, is_unclear=True)
    assert read([part(1, 200, {"id": "1.1"}), part(7, 200, {})], 3) == [unclear, {"id": "1.1"}, unclear]
    cut = part(0, 200, {"id": "1.0"})[:-6]
    (outcome,) = read([cut], 1, end="")
    assert isinstance(outcome, Failure)
    assert outcome.is_unclear


def test_a_batch_that_is_refused_as_a_whole_is_one_failure() -> None:
    refused = read_batch(Answer(401, {}, b""), 2)
    assert isinstance(refused, Failure)
    assert refused.cause is Cause.UNAUTHORIZED
    strange = read_batch(Answer(200, {"Content-Type": "text/html"}, b"<html>"), 2)
    assert isinstance(strange, Failure)
    assert strange.cause is Cause.UNREADABLE


@given(st.binary(max_size=200), st.text(max_size=30))
def test_whatever_comes_back_every_call_has_an_outcome(content: bytes, media_type: str) -> None:
    for kind in (media_type, MEDIA_TYPE):
        outcome = read_batch(Answer(200, {"Content-Type": kind}, b"--batch_x\r\n" + content), 3)
        assert isinstance(outcome, Failure) or len(outcome) == 3
