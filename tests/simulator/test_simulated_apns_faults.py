"""What the simulated APNs does to connections and streams when it is told to."""

import json
import time
from pathlib import Path
from queue import Queue

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
from hypothesis import given
from hypothesis import strategies as st
from support.apns_senders import PATIENCE, TOKEN, FrameSender, read_below_tls, sender_context

from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.behaviour import Behaviour, Fate


def limit_of(sender: FrameSender, limit: int) -> None:
    """Waits until the sender was told of that limit."""
    code = SettingCodes.MAX_CONCURRENT_STREAMS
    sender.wait_for(
        RemoteSettingsChanged,
        lambda event: code in event.changed_settings and event.changed_settings[code].new_value == limit,
    )


def test_goaway_says_why_and_what_was_taken(apns: SimulatedApns, chain_folder: Path) -> None:
    """What came before it is promised an answer and woken, what came after is not; a new connection is served."""
    woken: Queue[str] = Queue()
    apns.on_push(lambda _topic, push_token: woken.put(push_token))
    apns.behave(Behaviour(goaway_every=2, delay=0.05))
    tokens = [f"{number:064x}" for number in range(3)]
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
        streams = [sender.request(f"/3/device/{token}") for token in tokens]
        goaway = sender.wait_for(ConnectionTerminated)
        assert goaway.last_stream_id == streams[1]
        assert json.loads(goaway.additional_data) == {"reason": "Shutdown"}
        assert [woken.get(timeout=PATIENCE) for _ in range(2)] == tokens[:2]
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
        assert sender.push(TOKEN).status == 200
    assert woken.get(timeout=PATIENCE) == TOKEN


def test_a_connection_can_be_reset(apns: SimulatedApns, sender: FrameSender) -> None:
    """At the nth push, without a word."""
    apns.behave(Behaviour(reset_every=2))
    assert sender.push().status == 200
    sender.request()
    with pytest.raises(ConnectionResetError):
        read_below_tls(sender.socket)
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


def test_the_stream_limit_is_told_and_changed_while_connected(
    apns: SimulatedApns, sender: FrameSender
) -> None:
    """At first the usual one, then what it was changed to."""
    limit_of(sender, 1000)
    apns.behave(Behaviour(stream_limit=1))
    limit_of(sender, 1)
    assert sender.push().status == 200


def test_streams_above_the_limit_are_refused_while_it_is_on_its_way(
    apns: SimulatedApns, chain_folder: Path
) -> None:
    """A sender that cannot know better yet may send them again."""
    apns.behave(Behaviour(stream_limit=1, dropped_every=1))
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
        sender.request()
        second = sender.request()
        reset = sender.wait_for(StreamReset)
        assert (reset.stream_id, reset.error_code) == (second, ErrorCodes.REFUSED_STREAM)


def test_a_sender_that_ignores_the_limit_is_sent_away(apns: SimulatedApns, chain_folder: Path) -> None:
    """Once it has acknowledged the limit, one stream too many ends the connection."""
    apns.behave(Behaviour(stream_limit=1, dropped_every=1))
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as sender:
        limit_of(sender, 1)
        sender.wait_for(SettingsAcknowledged)
        sender.h2.remote_settings.max_concurrent_streams = 5
        sender.h2.remote_settings.acknowledge()
        sender.request()
        sender.request()
        assert sender.wait_for(ConnectionTerminated).error_code == ErrorCodes.PROTOCOL_ERROR


@given(every=st.integers(1, 50), pushes=st.integers(0, 200))
def test_one_in_so_many_is_meant_literally(every: int, pushes: int) -> None:
    """Of any number of pushes, the share that was asked for and no more."""
    behaviour = Behaviour(dropped_every=every)
    fates = [behaviour.fate_of(number) for number in range(1, pushes + 1)]
    assert fates.count(Fate.DROPPED) == pushes // every
