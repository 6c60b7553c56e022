"""Google Wallet as issuers and phones meet it, on this machine: over a real socket, and with faults on request."""

import socket
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from walletpass.clock import Clock, SystemClock
from walletpass.simulator.google import routes
from walletpass.simulator.google.behaviour import Behaviour, Faults
from walletpass.simulator.google.call_log import CallLog
from walletpass.simulator.google.callback_signer import CallbackSigner
from walletpass.simulator.google.callbacks import PAUSES, Callbacks, SentCallback
from walletpass.simulator.google.calls import Answer, Call, ConnectionLost, Document
from walletpass.simulator.google.keeping import Keeper
from walletpass.simulator.google.memory import About, Kind
from walletpass.simulator.google.service import GoogleService
from walletpass.simulator.orders import GOOGLE_FILE, Orders

HOST = "127.0.0.1"
_SECONDS_BETWEEN_LOOKS = 0.05
"""Whether it is to stop."""
_MOST_BYTES = 32 * 1024 * 1024


class SimulatedGoogle:
    """Answers from threads of its own; every method may be called from any thread.

    `port` 0 takes a free one. `clock` counts days of notifications and dates callbacks; `pauses`: seconds between
    tries of a callback that nobody takes; `file`: where classes, objects and wallets survive a restart.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Clock | None = None,
        pauses: Sequence[float] = PAUSES,
        signer: CallbackSigner | None = None,
        file: Path | None = None,
    ) -> None:
        clock, signer = clock or SystemClock(), signer or CallbackSigner()
        self._port, self._faults = port, Faults()
        self._callbacks = Callbacks(signer, clock, lambda: self._faults.behaviour, pauses)
        self.service = GoogleService(clock, self._callbacks, self._faults, signer.keys)
        self._keeper = Keeper(self.service.memory, file) if file else None

    @property
    def address(self) -> str:
        """Of the REST API as well, without its `/walletobjects/v1`."""
        return self.service.address

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def token_address(self) -> str:
        """Belongs into a key file as `token_uri`."""
        return self.address + routes.TOKEN_PATH

    @property
    def keys_address(self) -> str:
        """Of the root keys that callbacks are checked with."""
        return self.address + routes.KEYS_PATH

    @property
    def save_page(self) -> str:
        """What save links begin with, without the slash before their token."""
        return self.address + routes.SAVE_PAGE

    @property
    def log(self) -> CallLog:
        return self.service.log

    @property
    def callbacks(self) -> Sequence[SentCallback]:
        """Those that were sent or tried, the oldest first."""
        return self._callbacks.sent

    @property
    def notifications(self) -> Counter[About]:
        """How many objects were to ring, whether anybody holds them or not."""
        return self.service.notifying.sent

    def start(self) -> None:
        """Returns when it can be reached. Raises OSError if the port cannot be had."""
        self._server = _Server((HOST, self._port), self.service)
        self.service.address = f"http://{HOST}:{self._server.server_port}"
        if self._keeper:
            self._keeper.start()
        serve = partial(self._server.serve_forever, _SECONDS_BETWEEN_LOOKS)
        self._thread = Thread(target=serve, name="simulated-google", daemon=True)
        self._thread.start()
        self._callbacks.start()

    def stop(self) -> None:
        """Cuts every connection, and returns when nothing of it runs any more."""
        self.service.stopping.set()
        self._callbacks.stop()
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()
        if self._keeper:
            self._keeper.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def admit(self, key_file: Mapping[str, Any], *issuers: str) -> None:
        """Let a service account write for the issuers, or for all; `key_file` is the contents of its JSON key."""
        self.service.accounts.admit(key_file, *issuers)

    def behave(self, behaviour: Behaviour) -> None:
        """From the next call on; the counts of its faults begin anew."""
        self._faults.behave(behaviour)

    def take_orders(self, folder: Path) -> None:
        """From another process, as `walletpass simulate faults` gives them."""
        self._faults.look = Orders(folder / GOOGLE_FILE, lambda told: self.behave(Behaviour.of(told))).look

    def settle(self) -> None:
        """Returns when every callback was taken or given up."""
        self._callbacks.settle()

    def find(self, kind: Kind, resource_id: str) -> Document | None:
        """What is kept of it now, for whoever watches."""
        return self.service.memory.resources[kind].get(resource_id)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: GoogleService) -> None:
        self.service = service
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def cut(self) -> None:
        with self._lock:
            for connection in self._open:
                cut(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one write for head and body
    server: _Server

    def answer(self) -> None:
        told = self.headers.get("Content-Length") or "0"
        length = int(told) if told.isdecimal() else _MOST_BYTES + 1
        if length > _MOST_BYTES:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        call = Call(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        try:
            self._write(self.server.service.answer(call))
        except (ConnectionLost, ConnectionError):
            self.close_connection = True
            cut(self.connection)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - named by http.server

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Calls have a log of their own."""


def cut(connection: socket.socket) -> None:
    """The other side hears of it at once."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has gone already
        return
