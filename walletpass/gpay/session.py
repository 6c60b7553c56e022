"""Authorised requests: one session per thread, one token for all of them.

https://developers.google.com/identity/protocols/oauth2/service-account
"""

import logging
import time
from threading import local
from typing import Any
from weakref import WeakSet

from google.auth.credentials import TokenState
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport import DEFAULT_RETRYABLE_STATUS_CODES
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from requests import RequestException, Response
from requests.exceptions import Timeout
from urllib3.exceptions import HTTPError

from walletpass.gpay.answers import Answer
from walletpass.gpay.errors import Failure
from walletpass.gpay.service_account import ServiceAccount
from walletpass.gpay.timer import Timer
from walletpass.gpay.trouble import name_trouble

# At DEBUG it writes down what it sends: the assertion that gives a token, the token of a save link.
logging.getLogger("google.auth").setLevel(logging.WARNING)
logging.getLogger("google.oauth2").setLevel(logging.WARNING)

SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"

_GZIP = {"User-Agent": "walletpass (gzip)", "Accept-Encoding": "gzip"}
"""Both are needed: https://developers.google.com/wallet/retail/loyalty-cards/resources/performance-tips"""
_CHUNK = 65_536
_MOST_BYTES = 20_000_000
"""Of one answer; a page of many objects is a few megabytes."""


class Credentials(service_account.Credentials):
    """Asks nobody but the token server, and never twice: how often and how long is decided in one place."""

    def before_request(self, request: Request, method: str, url: str, headers: dict[str, str]) -> None:
        """google-auth's own would also ask iamcredentials.googleapis.com, from a thread of its own, to which regions
        the account is bound."""
        if self.token_state is not TokenState.FRESH:
            self.refresh(request)
        self.apply(headers)

    def refresh(self, request: Request) -> None:
        """Raises GoogleAuthError, also where the token server's answer makes no sense."""
        try:
            super().refresh(request)  # type: ignore[no-untyped-call]
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            raise TransportError("unreadable answer of the token server") from error


class _TokenRequest(Request):
    """Hands over no answer that google-auth would repeat the request for, with pauses of its own."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        answer = super().__call__(*arguments, **named)  # type: ignore[no-untyped-call]
        if answer.status in DEFAULT_RETRYABLE_STATUS_CODES:
            raise TransportError(f"the token server answered with {answer.status}")
        return answer


class Sessions:
    """`send` may be called from any thread; each has connections of its own."""

    def __init__(self, account: ServiceAccount, base_url: str, timer: Timer = time) -> None:
        self._credentials = Credentials(account.signer, account.email, account.token_uri, scopes=[SCOPE])
        self._base_url = base_url
        self._timer = timer
        self._mine = local()
        self._all: WeakSet[AuthorizedSession] = WeakSet()

    def send(
        self, method: str, url: str, body: bytes | None, media_type: str, limits: tuple[float, float, float]
    ) -> Answer | Failure:
        """`limits` in seconds: to connect, of silence, in all."""
        connect, read, total = limits
        until = self._timer.monotonic() + total
        try:
            response = self._session().request(
                method,
                url,
                data=body,
                headers={"Content-Type": media_type} if body else None,
                timeout=(min(connect, total), min(read, total)),
                allow_redirects=False,
                stream=True,
            )
            with response:
                return Answer(response.status_code, response.headers, self._read(response, until))
        except (RequestException, HTTPError, GoogleAuthError) as error:
            return name_trouble(error)

    def close(self) -> None:
        for session in list(self._all):
            session.close()

    def _session(self) -> AuthorizedSession:
        session: AuthorizedSession | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = self._open()
            self._all.add(session)
        return session

    def _open(self) -> AuthorizedSession:
        """requests would look for proxies, roots and a `.netrc` before every request, and the password that it finds
        there would take the token's place."""
        session = AuthorizedSession(self._credentials, auth_request=_TokenRequest())
        session.headers.update(_GZIP)
        environment = session.merge_environment_settings(self._base_url, {}, None, None, None)
        session.proxies, session.verify = environment["proxies"], environment["verify"]
        session.trust_env = False
        return session

    def _read(self, response: Response, until: float) -> bytes:
        """A read time-out ends a silence; this also ends an answer that never does."""
        content = bytearray()
        while part := response.raw.read1(_CHUNK, decode_content=True):
            content += part
            if len(content) > _MOST_BYTES:
                raise HTTPError("the answer is too long")
            if self._timer.monotonic() > until:
                raise Timeout
        return bytes(content)
