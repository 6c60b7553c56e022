"""One connection to the simulated APNs: HTTP/2 frames in, answers out."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import orjson
from cryptography import x509
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

ALPN = "h2"

_CONFIGURATION = H2Configuration(
    client_side=False,
    header_encoding="latin-1",  # every byte is a character: odd bytes are judged, not tripped over
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)
_SETTINGS = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.MAX_CONCURRENT_STREAMS: 2**31 - 1}
"""The stream limit itself is sent after these, so that it binds a sender from when the sender knows of it."""

_SECONDS_TO_LEAVE = 5
"""From GOAWAY to the end of the connection. A socket that is closed while the sender still writes is reset, and the
sender may never read why."""

_LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class _Stream:
    headers: list[tuple[str, str]]
    size: int = 0


class ApnsConnection(asyncio.Protocol):
    """Lives in the event loop's thread."""

    def __init__(self, service: PushService, connections: "set[ApnsConnection]") -> None:
        self._service = service
        self._connections = connections
        self._h2 = H2Connection(_CONFIGURATION)
        self._h2.local_settings = Settings(client=False, initial_values=_SETTINGS)
        self._open: dict[int, _Stream] = {}
        self._newest = 0
        self._takes_pushes = True
        self._is_broken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._socket: asyncio.trsock.TransportSocket = transport.get_extra_info("socket")
        self._connections.add(self)
        tls = transport.get_extra_info("ssl_object")
        if tls.selected_alpn_protocol() != ALPN:
            self._transport.abort()
            return
        leaf = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
        named = leaf.subject.get_attributes_for_oid(NameOID.USER_ID)
        self._pass_type_identifier = str(named[0].value) if named else ""
        self._h2.initiate_connection()
        self.limit_streams()

    def data_received(self, data: bytes) -> None:
        if self._is_broken:
            return
        try:
            for event in self._h2.receive_data(data):
                if handle := _HANDLERS.get(type(event)):
                    handle(self, event)
        except ProtocolError:  # h2 has written the GOAWAY that says so
            self._is_broken = True
            self._stop_taking()
            self._close_later()
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_taking()
        self._connections.discard(self)

    def limit_streams(self) -> None:
        """Tell the sender how many streams it may open from now on."""
        if self._takes_pushes:
            limit = self._service.behaviour.stream_limit
            self._h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: limit})
            self._flush()

    def abort(self) -> None:
        """As if the cable had been cut: a TCP reset."""
        self._stop_taking()
        with suppress(OSError):  # the sender was first to end it
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()

    def _begin(self, event: RequestReceived) -> None:
        if not self._takes_pushes:
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

    def _end(self, event: StreamEnded) -> None:
        if event.stream_id in self._open:
            number, fate = self._service.take()
            _FATES[fate](self, event.stream_id, number)

    def _forget(self, event: StreamReset) -> None:
        self._open.pop(event.stream_id, None)

    def _hang_up(self, event: ConnectionTerminated) -> None:
        self._stop_taking()
        self._transport.close()

    def _answer(self, stream_id: int, number: int) -> None:
        if delay := self._service.behaviour.delay:
            asyncio.get_running_loop().call_later(delay, self._answer_late, stream_id, number)
        else:
            self._answer_now(stream_id, number)

    def _answer_late(self, stream_id: int, number: int) -> None:
        if stream_id in self._open:
            self._answer_now(stream_id, number)
            self._flush()

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
        self._flush()
        self._transport.write(frame.serialize())
        self._close_later()

    def _reset(self, stream_id: int, number: int) -> None:
        self.abort()

    def _refuse_stream(self, stream_id: int, number: int) -> None:
        del self._open[stream_id]
        self._h2.reset_stream(stream_id, ErrorCodes.REFUSED_STREAM)

    def _drop(self, stream_id: int, number: int) -> None:
        """Nothing is ever sent."""

    def _flush(self) -> None:
        data = self._h2.data_to_send()
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def _stop_taking(self) -> None:
        self._takes_pushes = False
        self._open.clear()

    def _close_later(self) -> None:
        self._takes_pushes = False
        asyncio.get_running_loop().call_later(_SECONDS_TO_LEAVE, self._transport.close)


_HANDLERS: dict[type[Event], Callable[[ApnsConnection, Any], None]] = {
    RequestReceived: ApnsConnection._begin,
    DataReceived: ApnsConnection._grow,
    StreamEnded: ApnsConnection._end,
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
