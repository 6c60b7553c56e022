"""The simulated APNs, met as a sender meets it: over TLS and HTTP/2."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from queue import Queue

import pycurl
import pytest
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    PingAckReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    SettingsAcknowledged,
    StreamReset,
)
from h2.settings import SettingCodes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.apns_senders import PATIENCE, TOKEN, TOPIC, FrameSender, sender_context

from walletpass.clock import SystemClock
from walletpass.pkpass.development import load_development_signers
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour, Fate

OTHER_TOKEN = "b8" * 32
GOOD_HEADERS = {
    b":method": b"POST",
    b":scheme": b"https",
    b":authority": b"localhost",
    b":path": f"/3/device/{TOKEN}".encode(),
    b"apns-topic": TOPIC.encode(),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_chain(tmp_path_factory.mktemp("chain"))


def made_chain(folder: Path) -> Path:
    load_development_signers(folder, SystemClock().now())
    return folder


@pytest.fixture
def apns(folder: Path) -> Iterator[SimulatedApns]:
    with SimulatedApns(folder) as started:
        yield started


@pytest.fixture
def sender(apns: SimulatedApns, folder: Path) -> Iterator[FrameSender]:
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as connected:
        yield connected


def read_all_below_tls(connection: socket.socket) -> None:
    """TLS would take a reset for an early end."""
    while socket.socket.recv(connection, 4096):
        pass


def limit_of(sender: FrameSender, limit: int) -> None:
    """Waits until the sender was told of that limit."""
    code = SettingCodes.MAX_CONCURRENT_STREAMS
    sender.wait_for(
        RemoteSettingsChanged,
        lambda event: code in event.changed_settings and event.changed_settings[code].new_value == limit,
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_sender_that_trusts_the_development_root_is_served(
    apns: SimulatedApns, folder: Path, host: str
) -> None:
    """curl verifies the server under both names, and the push wakes whoever listens."""
    woken = []
    apns.on_push(lambda topic, push_token: woken.append((topic, push_token)))
    said = BytesIO()
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, f"https://{host}:{apns.port}/3/device/{TOKEN}")
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_2TLS)
    curl.setopt(pycurl.CAINFO, str(folder / "root.pem"))
    curl.setopt(pycurl.SSLCERT, str(folder / "chain.pem"))
    curl.setopt(pycurl.SSLKEY, str(folder / "key.pem"))
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
    apns: SimulatedApns, folder: Path, tmp_path: Path, foreign: bool, version: ssl.TLSVersion
) -> None:
    """Whether none is shown or one that another root answers for; the alert says so, and nothing is heard."""
    context = sender_context(folder, shows=made_chain(tmp_path) if foreign else None)
    context.maximum_version = version
    with pytest.raises(ssl.SSLError, match="alert"), FrameSender(apns.port, context) as sender:
        sender.push()
    assert not apns.answers


def test_only_http_2_is_spoken(apns: SimulatedApns, folder: Path) -> None:
    """A sender that offers HTTP/1.1 finds the connection ended, and not by accident."""
    context = sender_context(folder, shows=folder, alpn="http/1.1")
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


def test_goaway_says_why_and_what_was_taken(apns: SimulatedApns, folder: Path) -> None:
    """What came before it is promised an answer and woken, what came after is not; a new connection is served."""
    woken: Queue[str] = Queue()
    apns.on_push(lambda _topic, push_token: woken.put(push_token))
    apns.behave(Behaviour(goaway_every=2, delay=0.05))
    tokens = [f"{number:064x}" for number in range(3)]
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
        streams = [sender.request(f"/3/device/{token}") for token in tokens]
        goaway = sender.wait_for(ConnectionTerminated)
        assert goaway.last_stream_id == streams[1]
        assert json.loads(goaway.additional_data) == {"reason": "Shutdown"}
        assert [woken.get(timeout=PATIENCE) for _ in range(2)] == tokens[:2]
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
        assert sender.push(TOKEN).status == 200
    assert woken.get(timeout=PATIENCE) == TOKEN


def test_a_connection_can_be_reset(apns: SimulatedApns, sender: FrameSender) -> None:
    """At the nth push, without a word."""
    apns.behave(Behaviour(reset_every=2))
    assert sender.push().status == 200
    sender.request()
    with pytest.raises(ConnectionResetError):
        read_all_below_tls(sender.socket)
    assert apns.answers == {"Accepted": 1, Fate.CONNECTION_RESET.name: 1}


def test_a_stream_can_be_refused(apns: SimulatedApns, sender: FrameSender) -> None:
    """The connection and its other streams go on."""
    apns.behave(Behaviour(refused_stream_every=2))
    assert sender.push().status == 200
    sender.request()
    assert sender.wait_for(StreamReset).error_code == ErrorCodes.REFUSED_STREAM
    assert sender.push().status == 200


def test_a_push_can_be_dropped(apns: SimulatedApns, sender: FrameSender) -> None:
    """No answer comes while the connection lives."""
    apns.behave(Behaviour(dropped_every=1))
    sender.request()
    sender.h2.ping(b"are you?")
    sender.flush()
    sender.wait_for(PingAckReceived)
    assert not sender.saw(ResponseReceived)
    assert apns.answers == {Fate.DROPPED.name: 1}


def test_answers_can_be_slow(apns: SimulatedApns, sender: FrameSender) -> None:
    """Each waits its time; many wait together."""
    apns.behave(Behaviour(delay=0.2))
    began = time.monotonic()
    replies = [sender.reply_to(stream_id) for stream_id in [sender.request() for _ in range(20)]]
    assert {reply.status for reply in replies} == {200}
    assert 0.2 <= time.monotonic() - began < 2


def test_a_sender_that_lets_nothing_in_ends_its_own_connection(
    apns: SimulatedApns, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that its window has no room for ends it, also one that comes late."""
    apns.behave(Behaviour(refusal="TooManyRequests", delay=0.01))
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
        sender.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
        with pytest.raises(ConnectionAbortedError):
            sender.push()
    assert caplog.records == []


def test_the_stream_limit_is_told_and_changed_while_connected(
    apns: SimulatedApns, sender: FrameSender
) -> None:
    """At first the usual one, then what it was changed to."""
    limit_of(sender, 1000)
    apns.behave(Behaviour(stream_limit=1))
    limit_of(sender, 1)
    assert sender.push().status == 200


def test_streams_above_the_limit_are_refused_while_it_is_on_its_way(
    apns: SimulatedApns, folder: Path
) -> None:
    """A sender that cannot know better yet may send them again."""
    apns.behave(Behaviour(stream_limit=1, dropped_every=1))
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
        sender.request()
        second = sender.request()
        reset = sender.wait_for(StreamReset)
        assert (reset.stream_id, reset.error_code) == (second, ErrorCodes.REFUSED_STREAM)


def test_a_sender_that_ignores_the_limit_is_sent_away(apns: SimulatedApns, folder: Path) -> None:
    """Once it has acknowledged the limit, one stream too many ends the connection."""
    apns.behave(Behaviour(stream_limit=1, dropped_every=1))
    with FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
        limit_of(sender, 1)
        sender.wait_for(SettingsAcknowledged)
        sender.h2.remote_settings.max_concurrent_streams = 5
        sender.h2.remote_settings.acknowledge()
        sender.request()
        sender.request()
        assert sender.wait_for(ConnectionTerminated).error_code == ErrorCodes.PROTOCOL_ERROR


@st.composite
def any_frame(draw: st.DrawFn) -> bytes:
    """Well formed outside: length, type, flags, stream; anything inside."""
    payload = draw(st.binary(max_size=40))
    kind, flags, stream_id = draw(st.tuples(st.integers(0, 10), st.integers(0, 255), st.integers(0, 5)))
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream_id) + payload


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(any_frame(), max_size=5), garbage=st.binary(max_size=60))
def test_garbage_ends_its_own_connection_only(
    apns: SimulatedApns, folder: Path, caplog: pytest.LogCaptureFixture, frames: list[bytes], garbage: bytes
) -> None:
    """Whatever arrives, the next sender is served and nothing was too much for the server."""
    context = sender_context(folder, shows=folder)
    with FrameSender(apns.port, context) as broken:
        broken.socket.sendall(b"".join(frames) + garbage)
        broken.socket.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            read_all_below_tls(broken.socket)
    with FrameSender(apns.port, context) as sender:
        assert sender.push().status == 200
    assert caplog.records == []


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    odd=st.dictionaries(
        st.sampled_from([*GOOD_HEADERS, b":protocol", b"apns-id", b"te", b"X"]),
        st.none() | st.sampled_from([b"POST", b"CONNECT", b""]) | st.binary(max_size=9),
        max_size=3,
    )
)
def test_odd_headers_are_answered_or_end_their_own_connection(
    apns: SimulatedApns, folder: Path, caplog: pytest.LogCaptureFixture, odd: dict[bytes, bytes | None]
) -> None:
    """Nothing is too much for the server: headers that are missing (None here), unknown or hold any byte."""
    headers = [(name, said) for name, said in {**GOOD_HEADERS, **odd}.items() if said is not None]
    with FrameSender(apns.port, sender_context(folder, shows=folder), is_strict=False) as sender:
        sender.send_headers(headers or [(b"X", b"")])
        sender.socket.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            read_all_below_tls(sender.socket)
    assert caplog.records == []


def test_nothing_is_left_when_it_stops(folder: Path) -> None:
    """No thread and no connection, also while one is open, one waits for an answer and one shakes hands."""
    before = threading.active_count()
    with SimulatedApns(folder) as apns:
        apns.behave(Behaviour(delay=60))
        idle, waiting = (FrameSender(apns.port, sender_context(folder, shows=folder)) for _ in range(2))
        waiting.request()
        silent = socket.create_connection(("127.0.0.1", apns.port))
    with idle, waiting, silent:
        assert threading.active_count() == before
        for left in (idle.socket, waiting.socket, silent):
            with pytest.raises(ConnectionResetError):
                read_all_below_tls(left)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", apns.port))


def test_it_starts_again_where_it_was(folder: Path) -> None:
    """A sender finds it under the same address after an outage; what it counted stays."""
    apns = SimulatedApns(folder)
    addresses = set()
    for _ in range(2):
        with apns, FrameSender(apns.port, sender_context(folder, shows=folder)) as sender:
            addresses.add(apns.address)
            assert sender.push().status == 200
    assert (len(addresses), apns.accepted) == (1, 2)


def test_a_port_in_use_is_said(apns: SimulatedApns, folder: Path) -> None:
    """Whoever starts it learns at once that it cannot be reached."""
    with pytest.raises(OSError, match="in use"):
        SimulatedApns(folder, apns.port).start()


@given(every=st.integers(1, 50), pushes=st.integers(0, 200))
def test_one_in_so_many_is_meant_literally(every: int, pushes: int) -> None:
    """Of any number of pushes, the share that was asked for and no more."""
    behaviour = Behaviour(dropped_every=every)
    fates = [behaviour.fate_of(number) for number in range(1, pushes + 1)]
    assert fates.count(Fate.DROPPED) == pushes // every
