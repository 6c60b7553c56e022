"""The simulated APNs, met as a sender meets it: over TLS and HTTP/2."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pycurl
import pytest
from support.apns_senders import TOKEN, TOPIC, FrameSender, make_chain, read_below_tls, sender_context

from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour

OTHER_TOKEN = "b8" * 32


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_sender_that_trusts_the_development_root_is_served(
    apns: SimulatedApns, chain_folder: Path, host: str
) -> None:
    """curl verifies the server under both names, and the push wakes whoever listens."""
    woken = []
    apns.on_push(lambda topic, push_token: woken.append((topic, push_token)))
    said = BytesIO()
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, f"https://{host}:{apns.port}/3/device/{TOKEN}")
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    curl.setopt(pycurl.CAINFO, str(chain_folder / "root.pem"))
    curl.setopt(pycurl.SSLCERT, str(chain_folder / "chain.pem"))
    curl.setopt(pycurl.SSLKEY, str(chain_folder / "key.pem"))
    curl.setopt(pycurl.HTTPHEADER, [f"apns-topic: {TOPIC}"])
    curl.setopt(pycurl.POSTFIELDS, "{}")
    curl.setopt(pycurl.WRITEDATA, said)
    curl.perform()
    assert (curl.getinfo(pycurl.RESPONSE_CODE), said.getvalue()) == (200, b"")
    curl.close()
    assert woken == [(TOPIC, TOKEN)]
    assert apns.accepted == 1


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("foreign", [False, True], ids=["none", "foreign"])
def test_without_a_certificate_of_the_chain_the_handshake_fails(
    apns: SimulatedApns, chain_folder: Path, tmp_path: Path, foreign: bool, version: ssl.TLSVersion
) -> None:
    """Whether none is shown or one that another root answers for; the alert says so, and nothing is heard."""
    context = sender_context(chain_folder, shows=make_chain(tmp_path) if foreign else None)
    context.maximum_version = version
    with pytest.raises(ssl.SSLError, match="alert"), FrameSender(apns.port, context) as sender:
        sender.push()
    assert not apns.answers


def test_only_http_2_is_spoken(apns: SimulatedApns, chain_folder: Path) -> None:
    """A sender that offers HTTP/1.1 finds the connection ended, and not by accident."""
    context = sender_context(chain_folder, shows=chain_folder, alpn="http/1.1")
    with pytest.raises(ConnectionAbortedError), FrameSender(apns.port, context) as sender:
        sender.push()


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    [
        ({"path": "/3/devices/x"}, 404, "BadPath"),
        ({"method": "GET", "body": b""}, 405, "MethodNotAllowed"),
        ({"path": "/3/device/"}, 400, "MissingDeviceToken"),
        ({"path": "/3/device/abc"}, 400, "BadDeviceToken"),
        ({"path": f"/3/device/{'g' * 64}"}, 400, "BadDeviceToken"),
        ({"apns_id": "7"}, 400, "BadMessageId"),
        ({"apns_expiration": "tomorrow"}, 400, "BadExpirationDate"),
        ({"apns_priority": "7"}, 400, "BadPriority"),
        ({"apns_push_type": "wallet"}, 400, "InvalidPushType"),
        ({"apns_collapse_id": "x" * 65}, 400, "BadCollapseId"),
        ({"apns_topic": ""}, 400, "MissingTopic"),
        ({"apns_topic": "pass/1"}, 400, "BadTopic"),
        ({"apns_topic": "pass.dev.walletpass.other"}, 400, "TopicDisallowed"),
        ({"body": b""}, 400, "PayloadEmpty"),
        ({"body": b" " * 4097}, 413, "PayloadTooLarge"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_request_is_told_what_is_wrong(
    apns: SimulatedApns, sender: FrameSender, request_: dict[str, str], status: int, reason: str
) -> None:
    """Status and reason are Apple's, and nobody is woken."""
    woken: list[str] = []
    apns.on_push(lambda _topic, push_token: woken.append(push_token))
    reply = sender.reply_to(sender.request(**request_))
    assert (reply.status, reply.told) == (status, {"reason": reason})
    assert (apns.answers, woken) == ({reason: 1}, [])


def test_a_repeated_header_is_refused(sender: FrameSender) -> None:
    """Two topics are no topic."""
    headers = [("apns-topic", TOPIC), ("apns-topic", TOPIC)]
    reply = sender.reply_to(sender.request_with(f"/3/device/{TOKEN}", b"{}", "POST", headers))
    assert (reply.status, reply.told) == (400, {"reason": "DuplicateHeaders"})


def test_everything_that_apple_documents_may_be_said(sender: FrameSender) -> None:
    """The largest payload, a longer token and each optional header."""
    stream_id = sender.request(
        f"/3/device/{'0aF9' * 40}",
        b"x" * 4096,
        apns_push_type="background",
        apns_priority="5",
        apns_expiration="1900000000",
        apns_collapse_id="x" * 64,
    )
    assert sender.reply_to(stream_id).status == 200


def test_every_answer_carries_an_id(sender: FrameSender) -> None:
    """The sender's own comes back; else one is made, also for a refusal."""
    own = "123e4567-e89b-12d3-a456-42665544000a"
    assert sender.reply_to(sender.request(apns_id=own)).headers["apns-id"] == own
    made = {sender.reply_to(sender.request(path=path)).headers["apns-id"] for path in ("/", "/3/device/x")}
    assert [len(apns_id) for apns_id in made] == [36, 36]


def test_a_token_that_ended_is_gone_since_then(apns: SimulatedApns, sender: FrameSender) -> None:
    """410 with the time in milliseconds; other tokens go on."""
    apns.end_token(TOKEN, datetime(2026, 5, 1, 9, 30, 0, 250_000, UTC))
    reply = sender.push()
    assert (reply.status, reply.told) == (410, {"reason": "Unregistered", "timestamp": 1777627800250})
    assert sender.push(OTHER_TOKEN).status == 200


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("TooManyRequests", 429),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        ("BadCertificate", 403),
        ("DeviceTokenNotForTopic", 400),
    ],
)
def test_it_refuses_for_any_reason_on_request(
    apns: SimulatedApns, sender: FrameSender, reason: str, status: int
) -> None:
    """Until it is told to be good again."""
    apns.behave(Behaviour(refusal=reason))
    reply = sender.push()
    assert (reply.status, reply.told) == (status, {"reason": reason})
    apns.behave(Behaviour())
    assert sender.push().status == 200


def test_a_refusal_with_410_says_since_when(apns: SimulatedApns, sender: FrameSender) -> None:
    """Also where no token was ended by name."""
    apns.behave(Behaviour(refusal="ExpiredToken"))
    before = time.time() * 1000  # noqa: TID251 - what the simulator's own clock reads
    told = sender.push().told
    assert told is not None
    assert told["timestamp"] >= before - 1


def test_a_refusal_can_be_for_some(apns: SimulatedApns, sender: FrameSender) -> None:
    """For one push in so many, or for the tokens that were named."""
    for _ in range(2):  # told again, it counts anew
        apns.behave(Behaviour(refusal="TooManyRequests", refusal_every=3))
        assert [sender.push().status for _ in range(4)] == [200, 200, 429, 200]
    apns.behave(Behaviour(refusal="TooManyRequests", refused_tokens=frozenset({OTHER_TOKEN})))
    assert [sender.push(token).status for token in (TOKEN, OTHER_TOKEN)] == [200, 429]


def test_an_unknown_reason_is_no_behaviour() -> None:
    """A slip in a test must not pass for a fault of APNs."""
    with pytest.raises(ValueError, match="TooManyRequest"):
        Behaviour(refusal="TooManyRequest")


def test_nothing_is_left_when_it_stops(chain_folder: Path) -> None:
    """No thread and no connection, also while one is open, one waits for an answer and one shakes hands."""
    before = threading.active_count()
    with SimulatedApns(chain_folder) as apns:
        apns.behave(Behaviour(delay=60))
        idle, waiting = (
            FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) for _ in range(2)
        )
        waiting.request()
        silent = socket.create_connection(("127.0.0.1", apns.port))
    with idle, waiting, silent:
        assert threading.active_count() == before
        for left in (idle.socket, waiting.socket, silent):
            with pytest.raises(ConnectionResetError):
                read_below_tls(left)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", apns.port))


def test_it_starts_again_where_it_was(chain_folder: Path) -> None:
    """A sender finds it under the same address after an outage; what it counted stays."""
    apns = SimulatedApns(chain_folder)
    addresses = set()
    for _ in range(2):
        with apns, FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
            addresses.add(apns.address)
            assert sender.push().status == 200
    assert (len(addresses), apns.accepted) == (1, 2)


def test_a_port_in_use_is_said(apns: SimulatedApns, chain_folder: Path) -> None:
    """Whoever starts it learns at once that it cannot be reached."""
    with pytest.raises(OSError, match="in use"):
        SimulatedApns(chain_folder, apns.port).start()
