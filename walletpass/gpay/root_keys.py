"""Google's root keys for callbacks: fetched, and kept as long as the answer that brought them allows.

They are not the root keys of Google Pay's payments.
https://developers.google.com/wallet/retail/loyalty-cards/use-cases/use-callbacks-for-saves-and-deletions
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock, Thread

import orjson
import requests

from walletpass.gpay.signing_keys import PROTOCOL, Malformed, SigningKey

log = logging.getLogger(__name__)

KEYS_ADDRESS = "https://pay.google.com/gp/m/issuer/keys"
BETWEEN_FETCHES = timedelta(minutes=1)
"""At the least, whoever sends us what cannot be verified."""

_TIMEOUT = (2.0, 3.0)
"""Seconds to connect, and between two pieces of the answer: Google waits for ours meanwhile."""
_MOST_BYTES = 64 * 1024
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?![0-9])", re.IGNORECASE)
_AGE = re.compile(r"[0-9]{1,9}")

Start = Callable[[Callable[[], object]], None]


class RootKeysUnavailable(Exception):
    """Nobody can tell now whether a callback is Google's; it should be sent again later."""


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: tuple[SigningKey, ...]
    refresh_at: datetime
    until: datetime


def _start_thread(call: Callable[[], object]) -> None:
    Thread(target=call, name="google-root-keys", daemon=True).start()


class RootKeys:
    """For all threads of a process. `address` may be asked for at each fetch. `start` has something done beside the
    callback that is being answered."""

    def __init__(self, address: str | Callable[[], str] = KEYS_ADDRESS, start: Start = _start_thread) -> None:
        self._address, self._start = address, start
        self._kept: _Kept | None = None
        self._asked_at: datetime | None = None
        self._asking = Lock()

    def current(self, now: datetime) -> tuple[SigningKey, ...]:
        """From the second half of their life on they are renewed in the background. Raises RootKeysUnavailable."""
        kept = self._kept
        if kept is None or now >= kept.until:
            return self.refetch(now)
        if now >= kept.refresh_at and self._may_ask(now):
            self._start(partial(self._refresh, now))
        return kept.keys

    def refetch(self, now: datetime) -> tuple[SigningKey, ...]:
        """What is published now, or was within BETWEEN_FETCHES. Raises RootKeysUnavailable."""
        with self._asking:
            if self._may_ask(now):
                self._asked_at = now
                self._kept = _fetch(self._address if isinstance(self._address, str) else self._address(), now)
            if self._kept is None or now >= self._kept.until:
                raise RootKeysUnavailable("They could not be fetched a moment ago.")
            return self._kept.keys

    def _may_ask(self, now: datetime) -> bool:
        return self._asked_at is None or now - self._asked_at >= BETWEEN_FETCHES

    def _refresh(self, now: datetime) -> None:
        try:
            self.refetch(now)
        except RootKeysUnavailable as error:
            log.warning("google.root_keys_unavailable", extra={"why": str(error)})


def _fetch(address: str, now: datetime) -> _Kept:
    """Raises RootKeysUnavailable."""
    try:
        with requests.get(address, timeout=_TIMEOUT, stream=True, allow_redirects=False) as response:
            if response.status_code != requests.codes.ok:
                raise RootKeysUnavailable(f"Status {response.status_code}.")
            keys = tuple(_read_keys(_read_body(response), now))
            life = _read_life(response.headers)
    except requests.RequestException as error:
        raise RootKeysUnavailable(type(error).__name__) from error
    if not keys:
        raise RootKeysUnavailable("None of them can be used.")
    until = min(now + life, *(key.expires for key in keys))
    return _Kept(keys, now + (until - now) / 2, until)


def _read_body(response: requests.Response) -> bytes:
    body = bytearray()
    for piece in response.iter_content(_MOST_BYTES):
        body += piece
        if len(body) > _MOST_BYTES:
            raise RootKeysUnavailable("The answer is too long.")
    return bytes(body)


def _read_keys(body: bytes, now: datetime) -> Iterator[SigningKey]:
    """Those that can be used; a later protocol's stand beside them. Raises RootKeysUnavailable."""
    try:
        listed = orjson.loads(body)["keys"]
    except (ValueError, TypeError, KeyError) as error:
        raise RootKeysUnavailable("The answer is no list of keys.") from error
    for document in listed if isinstance(listed, list) else ():
        if isinstance(document, dict) and document.get("protocolVersion") == PROTOCOL:
            with suppress(Malformed):
                key = SigningKey.read(document)
                if key.expires > now:
                    yield key


def _read_life(headers: Mapping[str, str]) -> timedelta:
    """https://www.rfc-editor.org/rfc/rfc9111#section-4.2

    Keys that may not be kept are so until they may be asked for again: else every second callback would find none.
    """
    max_age, age = _MAX_AGE.search(headers.get("Cache-Control", "")), _AGE.fullmatch(headers.get("Age", ""))
    fresh = timedelta(seconds=int(max_age[1]) - (int(age[0]) if age else 0) if max_age else 0)
    return max(fresh, BETWEEN_FETCHES)
