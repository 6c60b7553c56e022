"""A small server in Google's place: gives tokens, and otherwise what a test tells it to."""

import json
import ssl
from base64 import b64decode
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from walletpass.gpay.service_account import ServiceAccount, parse_service_account

EMAIL = "cards@walletpass-test.iam.gserviceaccount.com"
KEY_ID = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "ya29.a-token-that-nobody-may-see"
ISSUER = "3388000000012345678"


@cache
def account_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def key_pem(key: Any = None) -> str:
    chosen = key or account_key()
    return chosen.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_document(token_uri: str = "https://oauth2.googleapis.com/token", **changed: Any) -> dict[str, Any]:
    """What the console gives out."""
    return {
        "type": "service_account",
        "project_id": "walletpass-test",
        "private_key_id": KEY_ID,
        "private_key": key_pem(),
        "client_email": EMAIL,
        "client_id": "100000000000000000001",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    } | changed


@cache
def make_account(token_uri: str = "https://oauth2.googleapis.com/token") -> ServiceAccount:
    return parse_service_account(json.dumps(key_document(token_uri)).encode(), is_development=True)


@dataclass
class HandTimer:
    """Time that passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 200
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    """Instead of a document."""
    is_cut: bool = False
    """The connection ends without a word."""
    is_silent: bool = False
    """Nothing comes until the server ends."""

    @property
    def body(self) -> bytes:
        return json.dumps(self.document or {}).encode() if self.content is None else self.content


CUT, SILENCE = Reply(is_cut=True), Reply(is_silent=True)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is nothing to write about."""


class LocalGoogle:
    """Gives the `replies` in their order, and then always the last one again."""

    def __init__(self, certificate: Path | None = None, key: Path | None = None) -> None:
        """With a certificate: over TLS."""
        self.asked: list[Asked] = []
        self.replies: deque[Reply] = deque([Reply()])
        self.token_replies: deque[Reply] = deque([Reply(200, {"access_token": TOKEN, "expires_in": 3600})])
        self.tokens_asked: list[Asked] = []
        self.connections = 0
        self.ending = Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate, key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def address(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def account(self) -> ServiceAccount:
        return make_account(f"{self.address}/token")

    def reply(self, *replies: Reply) -> None:
        self.replies = deque(replies)

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def end(self) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def running_google(certificate: Path | None = None, key: Path | None = None) -> Iterator[LocalGoogle]:
    google = LocalGoogle(certificate, key)
    thread = Thread(target=google.run)
    thread.start()
    try:
        yield google
    finally:
        google.end()
        thread.join()


def _handler(google: LocalGoogle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            google.connections += 1

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            is_token = self.path == "/token"
            (google.tokens_asked if is_token else google.asked).append(asked)
            replies = google.token_replies if is_token else google.replies
            self._answer(replies.popleft() if len(replies) > 1 else replies[0])

        do_GET = do_PUT = do_PATCH = do_POST  # noqa: N815 - the standard library's names

        def _answer(self, reply: Reply) -> None:
            if reply.is_silent:
                google.ending.wait()
            if reply.is_silent or reply.is_cut:
                self.close_connection = True
                return
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json; charset=UTF-8", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Not into the test's output."""

    return Handler


def read_claims(jwt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, whoever signed them."""
    header, claims = (json.loads(b64decode(part + "==", "-_")) for part in jwt.split(".")[:2])
    return header, claims
