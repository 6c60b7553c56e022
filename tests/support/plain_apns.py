"""A server that writes down what it is asked and answers what it is told: one connection, then the next."""

import socket
import ssl
from contextlib import suppress
from threading import Thread
from typing import Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from support.apns_callers import Chain

from walletpass.clock import SystemClock
from walletpass.pkpass.development import load_server_files

_ALPN = "h2"


class PlainApns:
    """Refuses in OpenSSL's own way who shows no certificate of the chain's root.

    Tells its settings as late as it may, with the first answer, and hangs up on who did not wait for them.
    """

    def __init__(
        self,
        chain: Chain,
        *,
        newest_tls: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        stream_limit: int = 100,
        lasts: int = 1000,
    ) -> None:
        """`lasts`: the answers of a connection after which it is closed without a word."""
        files = load_server_files(chain.folder, SystemClock().now())
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.maximum_version = newest_tls
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._context.load_verify_locations(files.root)
        self._context.load_cert_chain(files.certificate, files.key)
        self._context.set_alpn_protocols([_ALPN])
        self.status, self.body = 200, b""
        self.connections = 0
        self.headers: list[tuple[str, str]] = []
        self.received = b""
        self._settings = {SettingCodes.ENABLE_PUSH: 0, SettingCodes.MAX_CONCURRENT_STREAMS: stream_limit}
        self._lasts = lasts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._run, daemon=True)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        with suppress(OSError):  # the listener's end
            while True:
                raw, _ = self._listener.accept()
                with raw:
                    self._meet(raw)

    def _meet(self, raw: socket.socket) -> None:
        tls = self._context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)
        with tls, suppress(OSError, ProtocolError):  # the caller was first to leave
            try:
                tls.do_handshake()
                self._serve(tls)
            except ssl.SSLError:  # the alert is out; a close with unread bytes would take it back
                bare = socket.socket(fileno=tls.detach())
                with bare:
                    bare.shutdown(socket.SHUT_WR)
                    while bare.recv(65536):
                        pass

    def _serve(self, tls: ssl.SSLSocket) -> None:
        h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        h2.local_settings = Settings(client=False, initial_values=self._settings)
        h2.initiate_connection()
        self.connections += 1
        answers = 0
        while answers < self._lasts and (data := tls.recv(65536)):
            for event in h2.receive_data(data):
                match event:
                    case RequestReceived():
                        self.headers = [(str(name), str(value)) for name, value in event.headers or ()]
                    case DataReceived():
                        self.received = event.data or b""
                    case StreamEnded():
                        answers += 1
                        h2.send_headers(event.stream_id or 0, [(":status", str(self.status))])
                        h2.send_data(event.stream_id or 0, self.body, end_stream=True)
            tls.sendall(h2.data_to_send())
