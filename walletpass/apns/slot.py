"""One stream's place: an easy handle of libcurl, used again and again, and the push it carries."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import pycurl

from walletpass.apns.push import Push

_LONGEST_BODY = 4096


class Slot:
    """`since`: the `monotonic` instant at which the push was loaded."""

    __slots__ = ("apns_id", "body", "handle", "push", "since")

    def __init__(self, options: Mapping[int, object]) -> None:
        self.handle = pycurl.Curl()
        self.body = bytearray()
        for option, value in options.items():
            self.handle.setopt(option, value)
        self.handle.setopt(pycurl.WRITEFUNCTION, self._keep)

    def load(self, push: Push, apns_id: str, host: str, headers: Iterable[str], now: float) -> None:
        token = push.push_token
        if not (token.isascii() and token.isalnum()):
            token = quote(token, safe="", errors="replace")
        self.push, self.apns_id, self.since = push, apns_id, now
        self.handle.setopt(pycurl.URL, f"{host}/3/device/{token}")
        self.handle.setopt(pycurl.HTTPHEADER, [f"apns-id: {apns_id}", *headers])

    def take_body(self) -> bytes:
        body = bytes(self.body)
        self.body.clear()
        return body

    def _keep(self, part: bytes) -> None:
        if len(self.body) < _LONGEST_BODY:
            self.body += part
