"""APNs as a sender of pass pushes meets it, on this machine: real HTTP/2 and TLS, and faults on request.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

import asyncio
import ssl
from collections import Counter
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from walletpass.clock import Clock, SystemClock
from walletpass.pkpass.development import ServerFiles, load_server_files
from walletpass.simulator.apns_connection import ALPN, ApnsConnection
from walletpass.simulator.apns_service import ACCEPTED, Listener, PushService
from walletpass.simulator.behaviour import Behaviour
from walletpass.simulator.orders import APNS_FILE, Orders, Told

HOST = "127.0.0.1"

_ROUNDS_TO_CONNECT = 2
"""Of the event loop, from accepting a connection until it is known here: asyncio never closes one that it accepted
for a server which was closed in between."""


class SimulatedApns:
    """Answers from a thread of its own; every method may be called from any thread.

    `folder` holds the development chain: the server shows a certificate of its root and asks its callers for one
    that leads there. `port` 0 takes a free one, kept over a stop and a new start.
    """

    def __init__(self, folder: Path, port: int = 0, clock: Clock | None = None) -> None:
        self.port = port
        self._folder = folder
        self._clock = clock or SystemClock()
        self._service = PushService(self._clock)
        self._connections: set[ApnsConnection] = set()

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def accepted(self) -> int:
        """How many pushes were accepted."""
        return self._service.answers[ACCEPTED]

    @property
    def answers(self) -> Counter[str]:
        """How many pushes were answered so, by APNs' reason, or `Accepted`; by a `Fate` where none was answered."""
        return self._service.answers.copy()

    def start(self) -> None:
        """Returns when it can be reached. Raises OSError if the port cannot be had."""
        context = _make_context(load_server_files(self._folder, self._clock.now()))
        started: Future[int] = Future()
        self._thread = Thread(
            target=asyncio.run, args=(self._serve(context, started),), name="simulated-apns", daemon=True
        )
        self._thread.start()
        self.port = started.result()

    def stop(self) -> None:
        """Cuts every connection, and returns when nothing of it runs any more."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def behave(self, behaviour: Behaviour) -> None:
        """From the next push on; the counts of its `…_every` begin anew."""
        changed = behaviour.stream_limit != self._service.behaviour.stream_limit
        self._service.behave(behaviour)
        if changed and self._connections:
            self._loop.call_soon_threadsafe(self._limit_streams)

    def end_token(self, push_token: str, at: datetime) -> None:
        """From now on 410 Unregistered: nobody holds it since `at`."""
        self._service.end_token(push_token, at)

    def order(self, told: Told) -> Behaviour:
        """Faults by name, and tokens to end as `ended`; how it behaves then. Raises ValueError."""
        behaviour = Behaviour.of(told)
        now = self._clock.now()
        for push_token in told.get("ended", ()):
            self.end_token(push_token, now)
        self.behave(behaviour)
        return behaviour

    def take_orders(self, folder: Path) -> None:
        """From another process, as `walletpass simulate faults` gives them."""
        self._service.look = Orders(folder / APNS_FILE, self.order).look

    def on_push(self, listener: Listener) -> None:
        """`listener(topic, push_token)` is called for each accepted push, in the server's thread: be quick."""
        self._service.listeners.append(listener)

    async def _serve(self, context: ssl.SSLContext, started: "Future[int]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            server = await self._loop.create_server(
                lambda: ApnsConnection(self._service, self._connections, context), HOST, self.port
            )
        except OSError as error:
            started.set_exception(error)
            return
        (listening,) = server.sockets
        started.set_result(listening.getsockname()[1])
        await self._stopping.wait()
        self._loop.remove_reader(listening.fileno())
        for _ in range(_ROUNDS_TO_CONNECT):
            await asyncio.sleep(0)
        server.close()
        while self._connections:
            for connection in tuple(self._connections):
                connection.abort()
            await asyncio.sleep(0)

    def _limit_streams(self) -> None:
        for connection in self._connections:
            connection.limit_streams()


def _make_context(files: ServerFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(files.root)
    context.load_cert_chain(files.certificate, files.key)
    context.set_alpn_protocols([ALPN])
    return context
