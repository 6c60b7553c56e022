"""The sender against APNs' answers: real TLS, real HTTP/2."""

import time
from datetime import UTC, datetime

import pytest
from support.apns_callers import Caller, Chain, told
from support.plain_apns import PlainApns
from support.shops import HandClock

from walletpass.apns.connection import STRANGERS, WINDOW
from walletpass.apns.push import Answer, Push, Verdict
from walletpass.apns.sender import ApnsSender
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour


def test_every_push_of_many_reaches_its_token(apns: SimulatedApns, chain: Chain, caller: Caller) -> None:
    woken: list[tuple[str, str]] = []
    apns.on_push(lambda topic, token: woken.append((topic, token)))
    pushes = chain.pushes(WINDOW + 500)
    assert told(caller.send(*pushes)) == {(Verdict.ACCEPTED, "")}
    assert sorted(woken) == [(chain.pass_type, push.push_token) for push in pushes]


def test_a_push_counts_against_the_window_until_its_answer_is_taken(sender: ApnsSender, chain: Chain) -> None:
    assert sender.free == WINDOW
    sender.submit(chain.push(1))
    assert sender.free == WINDOW - 1
    while not sender.poll(1):
        pass
    assert sender.free == WINDOW


def test_nothing_on_its_way_is_not_waited_for(sender: ApnsSender) -> None:
    began = time.monotonic()
    assert sender.poll(60) == []
    assert time.monotonic() - began < 10


def test_an_answer_is_handed_over_when_it_comes(sender: ApnsSender, chain: Chain) -> None:
    """However long one would wait for it."""
    for push in chain.pushes(3):
        began = time.monotonic()
        sender.submit(push)
        assert told(sender.poll(60)) == {(Verdict.ACCEPTED, "")}
        assert time.monotonic() - began < 10


def test_no_wait_is_longer_than_asked(apns: SimulatedApns, sender: ApnsSender, chain: Chain) -> None:
    apns.behave(Behaviour(dropped_every=1))
    sender.submit(chain.push(1))
    began = time.monotonic()
    assert sender.poll(0) == sender.poll(0.2) == []
    assert time.monotonic() - began < 5


def test_a_dead_token_comes_with_the_time_of_its_end(
    apns: SimulatedApns, chain: Chain, caller: Caller
) -> None:
    push, ended_at = chain.push(7), datetime(2026, 3, 1, 12, 0, 0, 123000, UTC)
    apns.end_token(push.push_token, ended_at)
    assert caller.send(push) == [Answer(push, Verdict.GONE, "Unregistered", ended_at)]


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        ("TooManyRequests", Verdict.LATER),
        ("InternalServerError", Verdict.LATER),
        ("ServiceUnavailable", Verdict.LATER),
        ("PayloadTooLarge", Verdict.REFUSED),
        ("BadDeviceToken", Verdict.GONE),
        ("DeviceTokenNotForTopic", Verdict.REFUSED),
        ("ExpiredToken", Verdict.GONE),
    ],
)
def test_one_push_is_judged_and_the_others_go_on(
    apns: SimulatedApns, chain: Chain, caller: Caller, reason: str, verdict: Verdict
) -> None:
    caller.send(chain.push(1))
    pushes = chain.pushes(50)
    apns.behave(Behaviour(refusal=reason, refused_tokens=frozenset({pushes[20].push_token})))
    answers = caller.send(*pushes)
    assert (answers[20].verdict, answers[20].reason) == (verdict, reason)
    del answers[20]
    assert told(answers) == {(Verdict.ACCEPTED, "")}


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_token_is_not_blamed_by_a_connection_that_accepted_nothing(
    apns: SimulatedApns, chain: Chain, caller: Caller, reason: str
) -> None:
    apns.behave(Behaviour(refusal=reason))
    assert told(caller.send(*chain.pushes(STRANGERS))) == {(Verdict.LATER, reason)}


def test_where_no_token_is_known_the_pass_type_halts(
    apns: SimulatedApns, chain: Chain, caller: Caller
) -> None:
    """A wrong certificate or host must not cost one registration."""
    apns.behave(Behaviour(refusal="BadDeviceToken"))
    assert told(caller.send(*chain.pushes(STRANGERS + 10))) == {
        (Verdict.LATER, "BadDeviceToken"),
        (Verdict.HALT, "BadDeviceToken"),
    }


@pytest.mark.parametrize("reason", ["Forbidden", "BadCertificate", "BadTopic", "InvalidProviderToken"])
def test_what_is_the_operators_fault_halts_with_one_push(
    apns: SimulatedApns, chain: Chain, caller: Caller, reason: str
) -> None:
    apns.behave(Behaviour(refusal=reason))
    assert told(caller.send(*chain.pushes(100))) == {(Verdict.HALT, reason)}
    assert apns.answers[reason] == 1


@pytest.mark.parametrize("reason", ["Shutdown", "IdleTimeout"])
def test_a_connection_that_apns_gives_up_is_followed_by_a_new_one(
    apns: SimulatedApns, chain: Chain, caller: Caller, reason: str
) -> None:
    apns.behave(Behaviour(refusal=reason, refusal_every=100))
    caller.send_until_accepted(*chain.pushes(500))


def test_another_topic_than_the_certificates_halts(chain: Chain, caller: Caller) -> None:
    other = Push(1, "pass.test.other", "a1" * 32)
    assert told(caller.send(other)) == {(Verdict.HALT, "TopicDisallowed")}
    assert told(caller.send(chain.push(2))) == {(Verdict.ACCEPTED, "")}


@pytest.mark.parametrize("token", ["", "..", "a/../b", "a b", "a?b#c", "ä", "\ud800", "a\r\nb: c", "a\0b"])
def test_no_token_breaks_out_of_its_place(
    apns: SimulatedApns, chain: Chain, caller: Caller, token: str
) -> None:
    caller.send(chain.push(1))
    (answer,) = caller.send(Push(2, chain.pass_type, token))
    assert (answer.verdict, answer.reason) in (
        (Verdict.GONE, "BadDeviceToken"),
        (Verdict.REFUSED, "MissingDeviceToken"),
    )


def test_the_request_as_apns_reads_it(chain: Chain) -> None:
    """Of no push type and no priority, and to be stored for days."""
    clock = HandClock(datetime(2026, 3, 1, tzinfo=UTC))
    with (
        PlainApns(chain) as apns,
        chain.caller(apns.address, clock=clock) as caller,
    ):
        for push in chain.pushes(3):
            caller.send(push)
            headers = dict(apns.headers)
            assert len(headers) == len(apns.headers)
            assert headers[":method"] == "POST"
            assert headers[":path"] == f"/3/device/{push.push_token}"
            assert apns.received == b"{}"
            assert {name for name in headers if name.startswith("apns-")} == {"apns-topic", "apns-expiration"}
            assert headers["apns-topic"] == chain.pass_type
            assert int(headers["apns-expiration"]) - clock.now().timestamp() == 3 * 24 * 60 * 60


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"reason":"Odd"}', (Verdict.ACCEPTED, "")),
        (410, b"", (Verdict.GONE, "status_410")),
        (503, b"<html>Bad day</html>", (Verdict.LATER, "status_503")),
        (403, b'{"reason":"Forbidden"}' + b" " * 16_000, (Verdict.HALT, "Forbidden")),
        (500, b'{"more":"' + b"x" * 16_000 + b'","reason":"Odd"}', (Verdict.LATER, "status_500")),
    ],
)
def test_an_odd_answer_is_judged_by_its_status(
    chain: Chain, status: int, body: bytes, expected: tuple[Verdict, str]
) -> None:
    with (
        PlainApns(chain) as apns,
        chain.caller(apns.address) as caller,
    ):
        apns.status, apns.body = status, body
        for push in chain.pushes(2):
            assert told(caller.send(push)) == {expected}
        apns.status, apns.body = 429, b'{"reason":"TooManyRequests"}'
        assert told(caller.send(chain.push(3))) == {(Verdict.LATER, "TooManyRequests")}
