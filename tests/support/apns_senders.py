"""A sender to APNs of which every frame is in the test's hands."""

import json
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, ResponseReceived, StreamEnded

from walletpass.clock import SystemClock
from walletpass.pkpass import development

TOKEN = "a7" * 32
TOPIC = development.PASS_TYPE_IDENTIFIER
PATIENCE = 10
"""Seconds until a test fails for want of an answer."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    told: dict[str, Any] | None
    """The JSON of the body, if there is one."""


def make_chain(folder: Path) -> Path:
    development.load_development_signers(folder, SystemClock().now())
    return folder


def read_below_tls(connection: socket.socket) -> None:
    """Until its end. TLS would take a reset, ConnectionResetError here, for an early end."""
    while socket.socket.recv(connection, 4096):
        pass


def sender_context(folder: Path, *, shows: Path | None = None, alpn: str = "h2") -> ssl.SSLContext:
    """Trusts the root of the folder; shows the pair of the folder `shows`, if any."""
    context = ssl.create_default_context(cafile=folder / "root.pem")
    context.set_alpn_protocols([alpn])
    if shows:
        context.load_cert_chain(shows / "chain.pem", shows / "key.pem")
    return context


class FrameSender:
    """One connection; reads only when asked for something. One that is not strict sends what HTTP/2 forbids."""

    def __init__(self, port: int, context: ssl.SSLContext, *, is_strict: bool = True) -> None:
        raw = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        try:
            self.socket = context.wrap_socket(raw, server_hostname="127.0.0.1", suppress_ragged_eofs=False)
        except OSError:
            raw.close()
            raise
        self.h2 = H2Connection(
            H2Configuration(
                header_encoding="utf-8",
                validate_outbound_headers=is_strict,
                normalize_outbound_headers=is_strict,
            )
        )
        self.h2.initiate_connection()
        self._seen: list[Event] = []
        self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def flush(self) -> None:
        self.socket.sendall(self.h2.data_to_send())

    def request(
        self, path: str = f"/3/device/{TOKEN}", body: bytes = b"{}", method: str = "POST", **headers: str
    ) -> int:
        """Sends it; a header `apns_topic` is apns-topic, and one that is empty is left out. The stream's id."""
        named = {"apns-topic": TOPIC} | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.request_with(path, body, method, [(name, text) for name, text in named.items() if text])

    def request_with(self, path: str, body: bytes, method: str, headers: list[tuple[str, str]]) -> int:
        fixed = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)]
        return self.send_headers([*fixed, *headers], body)

    def send_headers(
        self, headers: Sequence[tuple[str, str] | tuple[bytes, bytes]], body: bytes = b""
    ) -> int:
        stream_id = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream_id, headers, end_stream=not body)
        if body:
            self.h2.send_data(stream_id, body, end_stream=True)
        self.flush()
        return stream_id

    def push(self, push_token: str = TOKEN) -> Reply:
        return self.reply_to(self.request(f"/3/device/{push_token}"))

    def reply_to(self, stream_id: int) -> Reply:
        def of(kind: type[Event]) -> Any:
            return self.wait_for(kind, lambda event: event.stream_id == stream_id)

        of(StreamEnded)
        headers = dict(of(ResponseReceived).headers)
        body = b"".join(
            event.data
            for event in self._seen
            if isinstance(event, DataReceived) and event.stream_id == stream_id
        )
        return Reply(int(headers[":status"]), headers, json.loads(body) if body else None)

    def wait_for(self, kind: type[Event], fits: Callable[[Any], bool] = lambda _: True) -> Any:
        """The first such event; those that were seen before count."""
        while True:
            if found := [event for event in self._seen if isinstance(event, kind) and fits(event)]:
                return found[0]
            self._seen += self.h2.receive_data(self._read())
            self.flush()

    def saw(self, kind: type[Event]) -> list[Any]:
        return [event for event in self._seen if isinstance(event, kind)]

    def _read(self) -> bytes:
        """Raises ConnectionAbortedError where APNs said that it ends, and SSLEOFError where it did not."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionAbortedError("APNs ended the connection.")
        return data
