"""Requests of which something is wrong, made from sound ones: the same for the same seed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")
_MEDIA_TYPES = (
    FORM,
    JSON,
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "",
    "a/b/c;;=",
)
_HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie", "Host", "If-Modified-Since",
    "If-None-Match", "Origin", "Range", "Referer", "User-Agent", "X-CSRFToken", "X-Forwarded-For",
    "X-Forwarded-Host", "X-Forwarded-Proto",
)  # fmt: skip
_ODD_TEXTS = (
    "", " ", ".", "..", "../../etc/passwd", "\0", "a\0b", "-1", "0", "1e9", "9" * 19, "9" * 400, "٣", "NaN", "null",
    "true", "[]", "{}", "'", '"', "' OR 1=1 --", "<script>", "{{7*7}}", "%s%n", "%", "%%", "a" * 300, "a" * 9000,
    "é", "e\u0301", "💥", "\u202e", "\ufeff", "\ud7ff", "\uffff", "\r\nX-Injected: yes", "\t", "2026-02-30", "+",
)  # fmt: skip
_ODD_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**400,
    1.5,
    1e308,
    [],
    [[]],
    {},
    {"a": {"b": []}},
)
_ODD_BODIES = (
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 2000, b'{"a":' * 2000, b"a" * 100_000, b"a=b&" * 3000,
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.png"\r\n\r\n\x89PNG\r\n--x--\r\n',
)  # fmt: skip
_QUERIES = ("at", "from", "kind", "next", "page", "passesUpdatedSince", "q", "search", "v")
_RAW, _CUT = 0.2, 0.35
"""Shares of the changed bodies: something else altogether; up to here, only its beginning."""
_DROPPED = 0.3


@dataclass(frozen=True)
class Sound:
    """A request that deserves a good answer. `path` is quoted already."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "")

    def on_the_wire(self) -> bytes:
        """Whole; the connection is to be closed after the answer."""
        fixed = {"Host": "localhost", "Connection": "close"}
        sized = {"Content-Length": str(len(self.body))} if self.body else {}
        lines = [f"{name}: {value}" for name, value in {**fixed, **self.headers, **sized}.items()]
        head = "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", ""])
        return head.encode("utf-8", "surrogateescape") + self.body


class Strange:
    """Turns sound requests into others."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._changes: Sequence[Callable[[Sound], Sound]] = (
            self._change_method,
            self._change_path,
            self._change_query,
            self._change_header,
            self._change_body,
            self._change_body,
        )

    def make(self, sound: Sound) -> Sound:
        """Up to three things are changed; now and then none."""
        for change in self._random.choices(self._changes, k=self._random.randrange(4)):
            sound = change(sound)
        return sound

    def _change_method(self, sound: Sound) -> Sound:
        return replace(sound, method=self._random.choice(_METHODS))

    def _change_path(self, sound: Sound) -> Sound:
        path, _, query = sound.path.partition("?")
        parts = path.split("/")
        at = self._random.randrange(len(parts))
        parts[at : at + self._random.randrange(2)] = self._random.choice(
            ([], [parts[at]] * 2, ["", ""], [quote(self._odd_text(), safe="")], [quote(self._odd_bytes())])
        )
        return replace(sound, path="/" + "/".join(parts).lstrip("/") + (f"?{query}" if query else ""))

    def _change_query(self, sound: Sound) -> Sound:
        path, _, query = sound.path.partition("?")
        pairs = parse_qsl(query) or [(self._random.choice(_QUERIES), "")]
        return replace(sound, path=f"{path}?{urlencode(self._change_pairs(pairs))}")

    def _change_header(self, sound: Sound) -> Sound:
        name = self._random.choice((*sound.headers, *_HEADERS))
        value = "".join(self._odd_text().splitlines())[:8000]
        headers = {**sound.headers, name: value}
        if self._random.random() < _DROPPED:
            del headers[name]
        return replace(sound, headers=headers)

    def _change_body(self, sound: Sound) -> Sound:
        dice = self._random.random()
        if dice < _RAW:
            kind = self._random.choice(_MEDIA_TYPES)
            body = self._random.choice((*_ODD_BODIES, self._odd_bytes()))
            return replace(sound, body=body, headers={**sound.headers, "Content-Type": kind})
        if dice < _CUT:
            return replace(sound, body=sound.body[: self._random.randrange(len(sound.body) + 1)])
        try:
            return replace(sound, body=self._change_fields(sound))
        except (ValueError, RecursionError):  # broken already, by an earlier change
            return sound

    def _change_fields(self, sound: Sound) -> bytes:
        """Raises ValueError."""
        if sound.kind == JSON:
            return self._change_document(json.loads(sound.body))
        pairs = parse_qsl(sound.body.decode(), keep_blank_values=True)
        return urlencode(self._change_pairs(pairs)).encode() if pairs else sound.body

    def _change_document(self, document: Any) -> bytes:
        odd = self._random.choice((*_ODD_VALUES, self._odd_text()))
        if isinstance(document, dict):
            document[self._random.choice((*document, "more"))] = odd
        return json.dumps(document).encode()

    def _change_pairs(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        at = self._random.randrange(len(pairs))
        name, value = pairs[at]
        put = self._random.choice(
            ([], [(name, value)] * 2, [(self._odd_text(), value)], *[[(name, self._odd_text())]] * 4)
        )
        return [*pairs[:at], *put, *pairs[at + 1 :]]

    def _odd_text(self) -> str:
        return self._random.choice(_ODD_TEXTS)

    def _odd_bytes(self) -> bytes:
        return self._random.randbytes(self._random.randrange(40))
