"""Pushes to Apple Wallet, many at once, over one connection per pass type.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

from collections.abc import Callable
from selectors import DefaultSelector
from time import monotonic

import pycurl

from walletpass.apns.connection import WINDOW, Connection
from walletpass.apns.push import Answer, Push, Verdict
from walletpass.apns.slot import Credentials, Slots
from walletpass.apns.trust import find_roots
from walletpass.clock import Clock, SystemClock

APPLE = "https://api.push.apple.com"

_TIMEOUT = 15.0
_KEEPALIVE_SECONDS = 60
_LONGEST_IDLE_SECONDS = 24 * 60 * 60
_UPLOAD_BUFFER = 16 * 1024
"""libcurl's least. Each push has its own, and needs two bytes."""


class ApnsSender:
    """Belongs to one thread. Every push gets one answer, whatever happens; nothing but `poll` waits.

    `certificate_for` is asked for each new connection of a pass type, and again after a HALT; what it raises halts
    the pass type. `host` too may be asked for each new connection. `roots`: PEM, where not the machine's are to be
    trusted. `timeout`: seconds for one push.
    """

    def __init__(
        self,
        certificate_for: Callable[[str], Credentials],
        host: str | Callable[[], str] = APPLE,
        roots: bytes | None = None,
        *,
        clock: Clock | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self._certificate_for = certificate_for
        self._host = host
        self._clock = clock or SystemClock()
        self._timeout = timeout
        self._slots = Slots(_make_options(roots))
        self._selector = DefaultSelector()
        self._current: dict[str, Connection] = {}
        self._connections: list[Connection] = []
        self._answers: list[Answer] = []
        self._open = 0

    @property
    def free(self) -> int:
        """How many more pushes can be submitted now, of whatever pass types."""
        return WINDOW - self._open

    def submit(self, push: Push) -> None:
        self._open += 1
        connection = self._current.get(push.pass_type_identifier)
        if connection is None or connection.retired:
            try:
                connection = self._connect(push.pass_type_identifier)
            except Exception as error:  # whatever is wrong with one certificate, other pass types go on
                reason = f"no_certificate: {type(error).__name__}"
                self._answers.append(Answer(push, Verdict.HALT, reason))
                return
        connection.submit(push)

    def poll(self, seconds: float) -> list[Answer]:
        """What was answered; waits at most so long for the first, and not at all if nothing is on its way."""
        until = monotonic() + seconds
        self._turn(0 if self._answers else seconds)
        while not self._answers and self._open and (left := until - monotonic()) > 0:
            self._turn(left)
        answers, self._answers = self._answers, []
        self._open -= len(answers)
        return answers

    def close(self) -> None:
        """Ends every connection; what is on its way gets no answer."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._current.clear()
        self._slots.close()
        self._selector.close()

    def _connect(self, pass_type_identifier: str) -> Connection:
        credentials = self._certificate_for(pass_type_identifier)
        host = self._host if isinstance(self._host, str) else self._host()
        connection = Connection(
            host,
            pass_type_identifier,
            credentials,
            self._slots,
            self._clock,
            self._selector,
            self._timeout,
        )
        self._current[pass_type_identifier] = connection
        self._connections.append(connection)
        return connection

    def _turn(self, seconds: float) -> None:
        """Wait until a socket is ready or a connection's time has come; let each do what it can."""
        if not self._open:
            seconds = 0
        for connection in self._connections:
            connection.start()
        soonest = min((each.due for each in self._connections if each.due is not None), default=None)
        if soonest is not None:
            seconds = min(seconds, max(0, soonest - monotonic()))
        acted: set[Connection] = set()
        for key, ready in self._selector.select(seconds):
            key.data.act(key.fd, ready)
            acted.add(key.data)
        now = monotonic()
        for connection in self._connections:
            if connection.due is not None and connection.due <= now:
                connection.tick()
                acted.add(connection)
        for connection in acted:
            self._answers += connection.collect()
            if connection.retired and connection.is_empty:
                self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        connection.close()
        self._connections.remove(connection)


def _make_options(roots: bytes | None) -> dict[int, object]:
    """What every request has in common."""
    trust = {pycurl.CAINFO_BLOB: roots} if roots else {pycurl.CAINFO: find_roots()}
    return {
        **trust,
        pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
        pycurl.PIPEWAIT: 1,
        pycurl.POSTFIELDS: "{}",
        pycurl.USERAGENT: "walletpass",
        pycurl.UPLOAD_BUFFERSIZE: _UPLOAD_BUFFER,
        pycurl.PATH_AS_IS: 1,
        pycurl.NOSIGNAL: 1,
        pycurl.DNS_CACHE_TIMEOUT: 0,
        pycurl.MAXAGE_CONN: _LONGEST_IDLE_SECONDS,
        pycurl.TCP_KEEPALIVE: 1,
        pycurl.TCP_KEEPIDLE: _KEEPALIVE_SECONDS,
        pycurl.TCP_KEEPINTVL: _KEEPALIVE_SECONDS // 4,
    }
