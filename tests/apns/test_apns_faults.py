"""The sender against all that can happen on the way to APNs: real TLS, real HTTP/2, real faults."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.apns_callers import Caller, Chain, told
from support.plain_apns import PlainApns

from walletpass.apns.push import Verdict
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
    with Hasty(apns, chain) as caller:
        yield caller


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
    with (
        PlainApns(chain, stream_limit=1, lasts=50) as apns,
        chain.caller(apns.address) as caller,
    ):
        for connections in (1, 2):
            assert told(caller.send(*chain.pushes(50))) == {(Verdict.ACCEPTED, "")}
            assert apns.connections == connections


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


def count_open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_no_connection_is_kept_for_nothing(apns: SimulatedApns, chain: Chain) -> None:
    """Neither one that was given up, nor any after the sender's end."""
    before, files = count_open_files(), []
    with chain.caller(apns.address) as caller:
        for _ in range(4):
            apns.behave(Behaviour(refusal="Forbidden"))
            caller.send(*chain.pushes(5))
            apns.behave(Behaviour())
            caller.send(*chain.pushes(5))
            apns.behave(Behaviour(reset_every=1))
            caller.send(*chain.pushes(5))
            files.append(count_open_files())
        apns.behave(Behaviour(dropped_every=1))
        caller.sender.submit(chain.push(1))
        assert caller.sender.poll(0.1) == []
    apns.stop()
    assert max(files) - min(files) < 4
    assert count_open_files() <= before
    apns.start()
