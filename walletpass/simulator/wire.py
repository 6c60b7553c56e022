"""HTTP as a phone speaks it to the web service of a pass: no redirects, no cookies, no proxies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import local

import requests
from urllib3.exceptions import HTTPError

from walletpass.pkpass.check.package import MAX_FILE

_SECONDS_TO_ANSWER = 30
_BUSY = 429
_SERVER_FAULT = 500


class RequestFailed(Exception):
    """A request without the answer that was hoped for."""

    def __init__(self, sentence: str, *, answered: bool = True, again: bool = False) -> None:
        super().__init__(sentence)
        self.answered = answered
        self.again = again
        """Whether the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    address: str
    token: str = field(default="", repr=False)
    modified: str = ""
    """Goes out as If-Modified-Since."""
    query: Mapping[str, str] | None = None
    body: object = None
    """Goes out as JSON."""

    @property
    def headers(self) -> dict[str, str]:
        given = {
            "Authorization": f"ApplePass {self.token}" if self.token else "",
            "If-Modified-Since": self.modified,
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = field(repr=False)
    media_type: str
    """Without parameters."""
    modified: str
    """Last-Modified as given."""

    def expect(self, *statuses: int) -> None:
        """Raises RequestFailed for any other status."""
        if self.status not in statuses:
            again = self.status == _BUSY or self.status >= _SERVER_FAULT
            raise RequestFailed(f"Unexpected response code {self.status}", again=again)


class Wire:
    """May be shared by the phones of a fleet: connections are kept per thread."""

    def __init__(self, seconds: float = _SECONDS_TO_ANSWER) -> None:
        self._seconds = seconds
        self._threads = local()

    def send(self, request: Request) -> Answer:
        """Raises RequestFailed where nothing answers."""
        try:
            with self._session.request(
                request.method,
                request.address,
                params=request.query,
                json=request.body,
                headers=request.headers,
                timeout=self._seconds,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = answer.raw.read(MAX_FILE + 1, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise RequestFailed(type(error).__name__, answered=False, again=True) from None
        return Answer(
            answer.status_code,
            content,
            answer.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            answer.headers.get("Last-Modified", ""),
        )

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._threads, "session"):
            self._threads.session = requests.Session()
            self._threads.session.trust_env = False
        session: requests.Session = self._threads.session
        session.cookies.clear()
        return session
