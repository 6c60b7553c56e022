"""A stream's place: an easy handle of libcurl, used again and again, and the push it carries."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

import pycurl

from walletpass.apns.push import Push

_LONGEST_BODY = 4096


class Credentials(Protocol):
    """What a connection shows of itself, as PEM: the pass certificate with its intermediate, and the key."""

    @property
    def certificates(self) -> bytes: ...

    @property
    def key(self) -> bytes: ...


class Slot:
    """`since`: the `monotonic` instant at which the push was loaded."""

    __slots__ = ("_headers", "body", "handle", "push", "shows", "since")

    def __init__(self, options: Mapping[int, object]) -> None:
        self.handle = pycurl.Curl()
        self.body = bytearray()
        self.shows: Credentials | None = None
        self._headers: tuple[str, ...] = ()
        for option, value in options.items():
            self.handle.setopt(option, value)
        self.handle.setopt(pycurl.WRITEFUNCTION, self._keep)

    def show(self, credentials: Credentials) -> None:
        """Raises pycurl.error."""
        self.handle.setopt(pycurl.SSLCERT_BLOB, credentials.certificates)
        self.handle.setopt(pycurl.SSLKEY_BLOB, credentials.key)
        self.shows = credentials

    def load(self, push: Push, host: str, headers: tuple[str, ...], now: float) -> None:
        self.body.clear()
        token = push.push_token
        if not (token.isascii() and token.isalnum()):
            token = quote(token, safe="", errors="replace")
        self.push, self.since = push, now
        self.handle.setopt(pycurl.URL, f"{host}/3/device/{token}")
        if self._headers is not headers:
            self.handle.setopt(pycurl.HTTPHEADER, headers)
            self._headers = headers

    def _keep(self, part: bytes) -> None:
        self.body += part[: _LONGEST_BODY - len(self.body)]


class Slots:
    """The slots of all connections: together they are no more than were ever in use at once."""

    def __init__(self, options: Mapping[int, object]) -> None:
        self._options = options
        self._spare: list[Slot] = []

    def take(self, credentials: Credentials) -> Slot:
        """Raises pycurl.error for credentials that are none."""
        slot = self._spare.pop() if self._spare else Slot(self._options)
        if slot.shows is not credentials:
            slot.show(credentials)
        return slot

    def give_back(self, slot: Slot) -> None:
        self._spare.append(slot)

    def close(self) -> None:
        for slot in self._spare:
            slot.handle.close()
        self._spare.clear()
