"""Whatever a sender does to the simulated APNs, it harms its own connection only."""

import socket
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from h2.settings import SettingCodes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.apns_senders import TOKEN, TOPIC, FrameSender, read_below_tls, sender_context

from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour

GOOD_HEADERS = {
    b":method": b"POST",
    b":scheme": b"https",
    b":authority": b"localhost",
    b":path": f"/3/device/{TOKEN}".encode(),
    b"apns-topic": TOPIC.encode(),
}


@st.composite
def any_frame(draw: st.DrawFn) -> bytes:
    """Well formed outside: length, type, flags, stream; anything inside."""
    payload = draw(st.binary(max_size=40))
    kind, flags, stream_id = draw(st.tuples(st.integers(0, 10), st.integers(0, 255), st.integers(0, 5)))
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream_id) + payload


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(any_frame(), max_size=5), garbage=st.binary(max_size=60))
def test_garbage_ends_its_own_connection_only(
    apns: SimulatedApns,
    chain_folder: Path,
    caplog: pytest.LogCaptureFixture,
    frames: list[bytes],
    garbage: bytes,
) -> None:
    """Whatever arrives, the next sender is served and nothing was too much for the server."""
    context = sender_context(chain_folder, shows=chain_folder)
    with FrameSender(apns.port, context) as broken:
        broken.socket.sendall(b"".join(frames) + garbage)
        broken.socket.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            read_below_tls(broken.socket)
    with FrameSender(apns.port, context) as sender:
        assert sender.push().status == 200
    assert caplog.records == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    odd=st.dictionaries(
        st.sampled_from([*GOOD_HEADERS, b":protocol", b"apns-id", b"te", b"X"]),
        st.none() | st.sampled_from([b"POST", b"CONNECT", b""]) | st.binary(max_size=9),
        max_size=3,
    )
)
def test_odd_headers_are_answered_or_end_their_own_connection(
    apns: SimulatedApns, chain_folder: Path, caplog: pytest.LogCaptureFixture, odd: dict[bytes, bytes | None]
) -> None:
    """Nothing is too much for the server: headers that are missing (None here), unknown or hold any byte."""
    headers = [(name, said) for name, said in {**GOOD_HEADERS, **odd}.items() if said is not None]
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder), is_strict=False) as sender:
        sender.send_headers(headers or [(b"X", b"")])
        sender.socket.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            read_below_tls(sender.socket)
    assert caplog.records == []


def test_a_sender_that_lets_nothing_in_ends_its_own_connection(
    apns: SimulatedApns, chain_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that its window has no room for ends it, also one that comes late."""
    apns.behave(Behaviour(refusal="TooManyRequests", delay=0.01))
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
        sender.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
        with pytest.raises(ConnectionAbortedError):
            sender.push()
    assert caplog.records == []
