"""The sender against the simulated APNs: real TLS, real HTTP/2, real faults."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.apns_callers import Caller, Chain
from support.plain_apns import PlainApns
from support.shops import HandClock

from walletpass.apns.connection import STRANGERS, WINDOW
from walletpass.apns.push import Answer, Push, Verdict
from walletpass.apns.sender import ApnsSender
from walletpass.pkpass.signing import ClientCertificate
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour

SOON = 0.5
"""Seconds: a time-out that a test can wait for."""


class Hasty(Caller):
    """Gives a push up soon, and counts how often it was asked for credentials: once for each connection."""

    def __init__(self, apns: SimulatedApns, chain: Chain) -> None:
        super().__init__(ApnsSender(self._hand_out, apns.address, chain.roots, timeout=SOON))
        self.connections = 0
        self._credentials = chain.credentials

    def _hand_out(self, _: str) -> ClientCertificate:
        self.connections += 1
        return self._credentials


@pytest.fixture
def hasty(apns: SimulatedApns, chain: Chain) -> Iterator[Hasty]:
    caller = Hasty(apns, chain)
    yield caller
    caller.sender.close()


def count_open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def told(answers: list[Answer]) -> set[tuple[Verdict, str]]:
    return {(answer.verdict, answer.reason) for answer in answers}


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


@pytest.mark.parametrize("every", [1, 10, 300])
def test_nothing_is_lost_by_goaway(apns: SimulatedApns, chain: Chain, caller: Caller, every: int) -> None:
    apns.behave(Behaviour(goaway_every=every))
    caller.send_until_accepted(*chain.pushes(20 * min(every, 50)))


@pytest.mark.parametrize("every", [10, 300])
def test_nothing_is_lost_by_resets(apns: SimulatedApns, chain: Chain, caller: Caller, every: int) -> None:
    apns.behave(Behaviour(reset_every=every))
    caller.send_until_accepted(*chain.pushes(2 * every))


def test_a_reset_is_no_verdict(apns: SimulatedApns, chain: Chain, caller: Caller) -> None:
    apns.behave(Behaviour(reset_every=1))
    assert told(caller.send(*chain.pushes(20))) == {(Verdict.LATER, "connection_lost")}


def test_a_refused_stream_is_no_verdict(apns: SimulatedApns, chain: Chain, caller: Caller) -> None:
    apns.behave(Behaviour(refused_stream_every=10))
    caller.send_until_accepted(*chain.pushes(500))
    apns.behave(Behaviour(refused_stream_every=1))
    assert {answer.verdict for answer in caller.send(*chain.pushes(20))} == {Verdict.LATER}


@pytest.mark.parametrize("limit", [1, 3])
def test_a_new_connection_respects_the_servers_stream_limit(
    apns: SimulatedApns, chain: Chain, caller: Caller, limit: int
) -> None:
    apns.behave(Behaviour(stream_limit=limit))
    assert told(caller.send(*chain.pushes(300))) == {(Verdict.ACCEPTED, "")}
    assert not apns.answers["STREAM_REFUSED"]


def test_a_pass_type_has_one_connection_however_few_its_streams(chain: Chain) -> None:
    """And opens no second stream before it knows whether it may, nor after the connection was closed unseen."""
    with PlainApns(chain, stream_limit=1, lasts=50) as apns:
        caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address, chain.roots))
        for connections in (1, 2):
            assert told(caller.send(*chain.pushes(50))) == {(Verdict.ACCEPTED, "")}
            assert apns.connections == connections
        caller.sender.close()


def test_a_stream_limit_may_fall_and_rise(apns: SimulatedApns, chain: Chain, caller: Caller) -> None:
    for limit in (1000, 1, 10, 1000):
        apns.behave(Behaviour(stream_limit=limit))
        caller.send_until_accepted(*chain.pushes(200))


def test_slow_answers_are_waited_for_side_by_side(apns: SimulatedApns, chain: Chain, caller: Caller) -> None:
    apns.behave(Behaviour(delay=0.2))
    began = time.monotonic()
    assert told(caller.send(*chain.pushes(500))) == {(Verdict.ACCEPTED, "")}
    assert time.monotonic() - began < 500 * 0.2 / 4


def test_a_silent_connection_is_given_up_with_all_that_is_on_it(
    apns: SimulatedApns, chain: Chain, hasty: Hasty
) -> None:
    hasty.send(chain.push(1))
    apns.behave(Behaviour(dropped_every=1))
    assert told(hasty.send(*chain.pushes(20))) == {(Verdict.LATER, "timed_out")}
    apns.behave(Behaviour())
    assert told(hasty.send(chain.push(1))) == {(Verdict.ACCEPTED, "")}
    assert hasty.connections == 2


def test_a_push_that_is_never_answered_holds_nobody_up(
    apns: SimulatedApns, chain: Chain, hasty: Hasty
) -> None:
    hasty.send(chain.push(1))
    apns.behave(Behaviour(dropped_every=10))
    answers = hasty.send(*chain.pushes(100))
    assert told(answers) == {(Verdict.ACCEPTED, ""), (Verdict.LATER, "timed_out")}
    assert sum(answer.verdict is Verdict.LATER for answer in answers) == 10
    apns.behave(Behaviour())
    assert told(hasty.send(chain.push(1))) == {(Verdict.ACCEPTED, "")}
    assert hasty.connections == 1


def test_a_server_that_is_down_is_tried_again_and_found(
    apns: SimulatedApns, chain: Chain, caller: Caller
) -> None:
    assert told(caller.send(chain.push(1))) == {(Verdict.ACCEPTED, "")}
    apns.stop()
    assert {answer.verdict for answer in caller.send(*chain.pushes(50))} == {Verdict.LATER}
    assert told(caller.send(*chain.pushes(50))) == {(Verdict.LATER, "unreachable")}
    apns.start()
    assert told(caller.send(*chain.pushes(50))) == {(Verdict.ACCEPTED, "")}


def test_a_connection_that_was_closed_meanwhile_costs_no_push(
    apns: SimulatedApns, chain: Chain, caller: Caller
) -> None:
    caller.send(chain.push(1))
    apns.stop()
    apns.start()
    assert told(caller.send(*chain.pushes(50))) == {(Verdict.ACCEPTED, "")}


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_apns_does_not_trust_halts(
    chain: Chain, strangers_chain: Chain, newest: ssl.TLSVersion
) -> None:
    """In TLS 1.3 the refusal comes when the push has already been written."""
    with PlainApns(chain, newest_tls=newest) as apns:
        caller = Caller(ApnsSender(lambda _: strangers_chain.credentials, apns.address, chain.roots))
        assert told(caller.send(*chain.pushes(20))) == {(Verdict.HALT, "certificate_refused")}
        caller.sender.close()


def test_a_server_that_the_roots_do_not_lead_to_halts(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain
) -> None:
    caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address, strangers_chain.roots))
    assert told(caller.send(*chain.pushes(20))) == {(Verdict.HALT, "server_untrusted")}
    caller.sender.close()


def test_the_machines_roots_are_trusted_where_none_are_given(apns: SimulatedApns, chain: Chain) -> None:
    """They can be read, and the development chain is not among them."""
    caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address))
    assert told(caller.send(chain.push(1))) == {(Verdict.HALT, "server_untrusted")}
    caller.sender.close()


@pytest.mark.parametrize("part", ["certificates", "key"])
def test_a_certificate_and_a_key_that_do_not_fit_halt(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain, part: str
) -> None:
    broken = replace(chain.credentials, **{part: getattr(strangers_chain.credentials, part)})
    caller = Caller(ApnsSender(lambda _: broken, apns.address, chain.roots))
    assert told(caller.send(chain.push(1))) == {(Verdict.HALT, "certificate_unusable")}
    caller.sender.close()


def test_new_credentials_are_taken_after_a_halt(chain: Chain, strangers_chain: Chain) -> None:
    credentials: list[ClientCertificate] = [strangers_chain.credentials]
    with PlainApns(chain) as apns:
        caller = Caller(ApnsSender(lambda _: credentials[-1], apns.address, chain.roots))
        assert {answer.verdict for answer in caller.send(chain.push(1))} == {Verdict.HALT}
        credentials.append(chain.credentials)
        assert {answer.verdict for answer in caller.send(chain.push(1))} == {Verdict.ACCEPTED}
        caller.sender.close()


def test_a_pass_type_without_credentials_halts_alone(apns: SimulatedApns, chain: Chain) -> None:
    known = {chain.pass_type: chain.credentials}
    caller = Caller(ApnsSender(known.__getitem__, apns.address, chain.roots))
    known["pass.empty"] = replace(chain.credentials, key=b"")
    unknown, empty = Push(0, "pass.nobody", "a1" * 32), Push(99, "pass.empty", "a1" * 32)
    *answers, first, second = caller.send(*chain.pushes(10), unknown, empty)
    assert told([first]) == {(Verdict.HALT, "no_certificate: KeyError")}
    assert told([second]) == {(Verdict.HALT, "no_certificate: error")}
    assert told(answers) == {(Verdict.ACCEPTED, "")}
    caller.sender.close()


def test_each_pass_type_shows_its_own_certificate(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain
) -> None:
    """Whatever was sent before, and by which handles."""
    known = {chain.pass_type: chain.credentials, "pass.stranger": strangers_chain.credentials}
    caller = Caller(ApnsSender(known.__getitem__, apns.address, chain.roots))
    strangers = [Push(number, "pass.stranger", f"{number:064x}") for number in range(100, 110)]
    for _ in range(3):
        answers = caller.send(*strangers, *chain.pushes(10))
        assert told(answers[:10]) == {(Verdict.HALT, "certificate_refused")}
        assert told(answers[10:]) == {(Verdict.ACCEPTED, "")}
    caller.sender.close()


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


def test_no_push_token_and_no_key_is_ever_written(
    apns: SimulatedApns, chain: Chain, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    pushes = chain.pushes(5)
    apns.end_token(pushes[0].push_token, datetime(2026, 1, 1, tzinfo=UTC))
    answers = caller.send(*pushes)
    apns.stop()
    answers += caller.send(*pushes)
    apns.start()
    logged = [str(vars(record)) for record in caplog.records if record.name.startswith("walletpass.")]
    assert any("Unregistered" in line for line in logged)
    assert any("connection_lost" in line or "unreachable" in line for line in logged)
    written = "".join([*logged, repr(answers), repr(caller.sender), repr(vars(caller.sender))])
    assert not any(push.push_token in written for push in pushes)
    assert "PRIVATE KEY" not in written


def test_the_request_as_apns_reads_it(chain: Chain) -> None:
    """Of no push type and no priority, and to be stored for days."""
    clock = HandClock(datetime(2026, 3, 1, tzinfo=UTC))
    with PlainApns(chain) as apns:
        caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address, chain.roots, clock=clock))
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
        caller.sender.close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"reason":"Odd"}', (Verdict.ACCEPTED, "")),
        (410, b"", (Verdict.GONE, "status_410")),
        (503, b"<html>Bad day</html>", (Verdict.LATER, "status_503")),
        (500, b"x" * 16_000, (Verdict.LATER, "status_500")),
    ],
)
def test_an_odd_answer_is_judged_by_its_status(
    chain: Chain, status: int, body: bytes, expected: tuple[Verdict, str]
) -> None:
    with PlainApns(chain) as apns:
        caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address, chain.roots))
        apns.status, apns.body = status, body
        for push in chain.pushes(2):
            assert told(caller.send(push)) == {expected}
        apns.status, apns.body = 429, b'{"reason":"TooManyRequests"}'
        assert told(caller.send(chain.push(3))) == {(Verdict.LATER, "TooManyRequests")}
        caller.sender.close()


def test_no_connection_outlives_its_sender(apns: SimulatedApns, chain: Chain) -> None:
    """Neither one in use, nor one that was given up."""
    before = count_open_files()
    for _ in range(5):
        caller = Caller(ApnsSender(lambda _: chain.credentials, apns.address, chain.roots))
        apns.behave(Behaviour(refusal="Forbidden"))
        caller.send(*chain.pushes(5))
        apns.behave(Behaviour())
        caller.send(*chain.pushes(5))
        apns.behave(Behaviour(dropped_every=1))
        caller.sender.submit(chain.push(6))
        caller.sender.poll(0.05)
        caller.sender.close()
        apns.stop()
        apns.start()
    assert count_open_files() <= before
