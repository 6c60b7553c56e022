"""Who the sender says it is, whom it trusts, and what it keeps to itself."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.apns_callers import Caller, Chain, told
from support.plain_apns import PlainApns

from walletpass.apns.push import Push, Verdict
from walletpass.apns.sender import ApnsSender
from walletpass.pkpass.signing import ClientCertificate
from walletpass.simulator.apns import SimulatedApns


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_apns_does_not_trust_halts(
    chain: Chain, strangers_chain: Chain, newest: ssl.TLSVersion
) -> None:
    """In TLS 1.3 the refusal comes when the push has already been written."""
    with (
        PlainApns(chain, newest_tls=newest) as apns,
        Caller(ApnsSender(lambda _: strangers_chain.credentials, apns.address, chain.roots)) as caller,
    ):
        assert told(caller.send(*chain.pushes(20))) == {(Verdict.HALT, "certificate_refused")}


def test_a_server_that_the_roots_do_not_lead_to_halts(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain
) -> None:
    with Caller(ApnsSender(lambda _: chain.credentials, apns.address, strangers_chain.roots)) as caller:
        assert told(caller.send(*chain.pushes(20))) == {(Verdict.HALT, "server_untrusted")}


def test_the_machines_roots_are_trusted_where_none_are_given(apns: SimulatedApns, chain: Chain) -> None:
    """They can be read, and the development chain is not among them."""
    with Caller(ApnsSender(lambda _: chain.credentials, apns.address)) as caller:
        assert told(caller.send(chain.push(1))) == {(Verdict.HALT, "server_untrusted")}


@pytest.mark.parametrize("part", ["certificates", "key"])
def test_a_certificate_and_a_key_that_do_not_fit_halt(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain, part: str
) -> None:
    broken = replace(chain.credentials, **{part: getattr(strangers_chain.credentials, part)})
    with Caller(ApnsSender(lambda _: broken, apns.address, chain.roots)) as caller:
        assert told(caller.send(chain.push(1))) == {(Verdict.HALT, "certificate_unusable")}


def test_new_credentials_are_taken_after_a_halt(chain: Chain, strangers_chain: Chain) -> None:
    credentials: list[ClientCertificate] = [strangers_chain.credentials]
    with (
        PlainApns(chain) as apns,
        Caller(ApnsSender(lambda _: credentials[-1], apns.address, chain.roots)) as caller,
    ):
        assert {answer.verdict for answer in caller.send(chain.push(1))} == {Verdict.HALT}
        credentials.append(chain.credentials)
        assert {answer.verdict for answer in caller.send(chain.push(1))} == {Verdict.ACCEPTED}


def test_a_pass_type_without_credentials_halts_alone(apns: SimulatedApns, chain: Chain) -> None:
    known = {chain.pass_type: chain.credentials}
    with Caller(ApnsSender(known.__getitem__, apns.address, chain.roots)) as caller:
        known["pass.empty"] = replace(chain.credentials, key=b"")
        unknown, empty = Push(0, "pass.nobody", "a1" * 32), Push(99, "pass.empty", "a1" * 32)
        *answers, first, second = caller.send(*chain.pushes(10), unknown, empty)
        assert told([first]) == {(Verdict.HALT, "no_certificate: KeyError")}
        assert told([second]) == {(Verdict.HALT, "no_certificate: error")}
        assert told(answers) == {(Verdict.ACCEPTED, "")}


def test_each_pass_type_shows_its_own_certificate(
    apns: SimulatedApns, chain: Chain, strangers_chain: Chain
) -> None:
    """Whatever was sent before, and by which handles."""
    known = {chain.pass_type: chain.credentials, "pass.stranger": strangers_chain.credentials}
    with Caller(ApnsSender(known.__getitem__, apns.address, chain.roots)) as caller:
        strangers = [Push(number, "pass.stranger", f"{number:064x}") for number in range(100, 110)]
        for _ in range(3):
            answers = caller.send(*strangers, *chain.pushes(10))
            assert told(answers[:10]) == {(Verdict.HALT, "certificate_refused")}
            assert told(answers[10:]) == {(Verdict.ACCEPTED, "")}


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
