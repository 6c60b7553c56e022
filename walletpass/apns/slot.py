"""One stream's place: an easy handle of libcurl, used again and again, and the push it carries."""

from collections.abc import Mapping
from time import monotonic
from urllib.parse import quote
from uuid import uuid4

import pycurl

from walletpass.apns.push import Push

_LONGEST_BODY = 4096


class Slot:
    __slots__ = ("apns_id", "body", "handle", "push", "since")

    def __init__(self, options: Mapping[int, object]) -> None:
        self.handle = pycurl.Curl()
        self.body = bytearray()
        for option, value in options.items():
            self.handle.setopt(option, value)
        self.handle.setopt(pycurl.WRITEFUNCTION, self._keep)

    def load(self, push: Push, host: str, headers: list[str]) -> None:
        token = push.push_token
        if not (token.isascii() and token.isalnum()):
            token = quote(token, safe="", errors="replace")
        self.push, self.since, self.apns_id = push, monotonic(), str(uuid4())
        self.handle.setopt(pycurl.URL, f"{host}/3/device/{token}")
        self.handle.setopt(pycurl.HTTPHEADER, [f"apns-id: {self.apns_id}", *headers])

    def take_body(self) -> bytes:
        body = bytes(self.body)
        self.body.clear()
        return body

    def _keep(self, part: bytes) -> None:
        if len(self.body) < _LONGEST_BODY:
            self.body += part
