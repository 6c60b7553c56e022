"""One connection to the simulated APNs: HTTP/2 frames in, answers out."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast

import orjson
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame

from walletpass.simulator.apns_answers import PushRequest
from walletpass.simulator.apns_service import PushService
from walletpass.simulator.behaviour import Fate
from walletpass.simulator.tls import ServerTls

ALPN = "h2"

_CONFIGURATION = H2Configuration(
    client_side=False,
    header_encoding="latin-1",  # every byte is a character: odd bytes are judged, not tripped over
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)
_SETTINGS = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.MAX_CONCURRENT_STREAMS: 2**31 - 1}
"""The stream limit itself is sent after these, so that it binds a sender from when the sender knows of it."""

_SECONDS_TO_READ_ON = 5
_LINGER_NOT = struct.pack("ii", 1, 0)


class _Stage(Enum):
    HANDSHAKE = auto()
    TAKING = auto()
    LEAVING = auto()
    """GOAWAY was said; what was taken before is answered, what comes now is not heard."""
    OVER = auto()


@dataclass(slots=True)
class _Stream:
    headers: list[tuple[str, str]]
    size: int = 0


class ApnsConnection(asyncio.Protocol):
    """Lives in the event loop's thread."""

    def __init__(
        self, service: PushService, connections: "set[ApnsConnection]", context: ssl.SSLContext
    ) -> None:
        self._service = service
        self._connections = connections
        self._tls = ServerTls(context)
        self._h2 = H2Connection(_CONFIGURATION)
        self._h2.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self._open: dict[int, _Stream] = {}
        self._newest = 0
        self._pass_type_identifier = ""
        self._stage = _Stage.HANDSHAKE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self._stage is _Stage.OVER:
            return
        with self._ending_at_errors():
            said = self._tls.receive(data)
            if self._tls.is_up and self._stage is _Stage.HANDSHAKE:
                self._greet()
            for event in self._h2.receive_data(said):
                if handle := _HANDLERS.get(type(event)):
                    handle(self, event)

    def connection_lost(self, error: Exception | None) -> None:
        self._forget_all()
        self._connections.discard(self)

    def limit_streams(self) -> None:
        """Tell the sender how many streams it may open from now on."""
        if self._stage is _Stage.TAKING:
            limit = self._service.behaviour.stream_limit
            self._h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: limit})
            self._flush()

    def abort(self) -> None:
        """As if the cable had been cut: a TCP reset."""
        self._forget_all()
        with suppress(OSError):  # the sender was first to end it
            raw = self._transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()

    def _greet(self) -> None:
        if self._tls.application_protocol != ALPN:
            raise ProtocolError(f"{ALPN} is all that is spoken here")
        named = self._tls.peer.subject.get_attributes_for_oid(NameOID.USER_ID)
        self._pass_type_identifier = str(named[0].value) if named else ""
        self._stage = _Stage.TAKING
        self._h2.initiate_connection()
        self.limit_streams()

    def _begin(self, event: RequestReceived) -> None:
        if self._stage is not _Stage.TAKING:
            return
        if len(self._open) >= self._service.behaviour.stream_limit:
            self._h2.reset_stream(event.stream_id, ErrorCodes.REFUSED_STREAM)
            return
        self._newest = event.stream_id
        self._open[event.stream_id] = _Stream(cast(list[tuple[str, str]], event.headers))

    def _grow(self, event: DataReceived) -> None:
        self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        if stream := self._open.get(event.stream_id):
            stream.size += len(event.data)

    def _complete(self, event: StreamEnded) -> None:
        if event.stream_id in self._open:
            number, fate = self._service.take()
            _FATES[fate](self, event.stream_id, number)

    def _forget(self, event: StreamReset) -> None:
        self._open.pop(event.stream_id, None)

    def _hang_up(self, event: ConnectionTerminated) -> None:
        self._end()

    def _answer(self, stream_id: int, number: int) -> None:
        if delay := self._service.behaviour.delay:
            asyncio.get_running_loop().call_later(delay, self._answer_late, stream_id, number)
        else:
            self._answer_now(stream_id, number)

    def _answer_late(self, stream_id: int, number: int) -> None:
        with self._ending_at_errors():
            if stream_id in self._open:
                self._answer_now(stream_id, number)

    def _answer_now(self, stream_id: int, number: int) -> None:
        stream = self._open.pop(stream_id)
        headers = dict(stream.headers)
        repeats = len(headers) < len(stream.headers)
        request = PushRequest(headers, repeats, stream.size, self._pass_type_identifier)
        answer = self._service.answer(request, number)
        body = answer.body
        told = [(":status", str(answer.status)), ("apns-id", request.id)]
        self._h2.send_headers(stream_id, told, end_stream=not body)
        if body:
            self._h2.send_data(stream_id, body, end_stream=True)

    def _answer_then_go_away(self, stream_id: int, number: int) -> None:
        """The frame is made by hand: after its own GOAWAY h2 would not let the open streams be answered."""
        self._answer(stream_id, number)
        told = orjson.dumps({"reason": self._service.behaviour.goaway_reason})
        frame = GoAwayFrame(last_stream_id=self._newest, error_code=ErrorCodes.NO_ERROR, additional_data=told)
        self._write(self._h2.data_to_send() + frame.serialize())
        self._stage = _Stage.LEAVING

    def _reset(self, stream_id: int, number: int) -> None:
        self.abort()

    def _refuse_stream(self, stream_id: int, number: int) -> None:
        del self._open[stream_id]
        self._h2.reset_stream(stream_id, ErrorCodes.REFUSED_STREAM)

    def _drop(self, stream_id: int, number: int) -> None:
        """Nothing is ever sent."""

    @contextmanager
    def _ending_at_errors(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLError:
            self._end()
        except ProtocolError:  # for what the sender did wrong h2 has written a GOAWAY
            self._end(self._h2.data_to_send())
        self._flush()

    def _flush(self) -> None:
        self._write(self._h2.data_to_send())
        if self._stage is _Stage.LEAVING and not self._open:
            self._end()

    def _write(self, data: bytes) -> None:
        if self._stage is not _Stage.OVER:
            self._transport.write(self._tls.send(data))

    def _end(self, last: bytes = b"") -> None:
        """Reads on for a while: a socket that is closed while the sender writes is reset, and why is never read."""
        self._write(last)
        self._forget_all()
        self._transport.write(self._tls.close())
        asyncio.get_running_loop().call_later(_SECONDS_TO_READ_ON, self._transport.close)

    def _forget_all(self) -> None:
        self._stage = _Stage.OVER
        self._open.clear()


_HANDLERS: dict[type[Event], Callable[[ApnsConnection, Any], None]] = {
    RequestReceived: ApnsConnection._begin,
    DataReceived: ApnsConnection._grow,
    StreamEnded: ApnsConnection._complete,
    StreamReset: ApnsConnection._forget,
    ConnectionTerminated: ApnsConnection._hang_up,
}

_FATES: dict[Fate, Callable[[ApnsConnection, int, int], None]] = {
    Fate.ANSWERED: ApnsConnection._answer,
    Fate.ANSWERED_THEN_GOAWAY: ApnsConnection._answer_then_go_away,
    Fate.CONNECTION_RESET: ApnsConnection._reset,
    Fate.STREAM_REFUSED: ApnsConnection._refuse_stream,
    Fate.DROPPED: ApnsConnection._drop,
}
