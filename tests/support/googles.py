"""A simulated Google that runs, an issuer that talks to it, and phones that hold its cards."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
from google.auth import crypt
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from support.shops import HandClock

from walletpass.simulator.google.accounts import SCOPE
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.issuer import DEVELOPMENT_ISSUER, make_key_file
from walletpass.simulator.google.routes import BASE
from walletpass.simulator.google.server import SimulatedGoogle

SECONDS_TO_ANSWER = 10
LOGO = "https://shop.example/logo.png"


@dataclass
class Issuer:
    """Sends what it is told, whether it makes sense or not."""

    google: SimulatedGoogle
    key_file: dict[str, Any]
    session: AuthorizedSession = field(init=False)

    def __post_init__(self) -> None:
        credentials = Credentials.from_service_account_info(self.key_file, scopes=[SCOPE])
        self.session = AuthorizedSession(credentials)

    def send(self, method: str, path: str, document: object = None, **options: Any) -> requests.Response:
        """`path` after `/walletobjects/v1/`."""
        address = f"{self.google.address}{BASE}/{path}"
        return self.session.request(method, address, json=document, timeout=SECONDS_TO_ANSWER, **options)

    def insert_class(self, suffix: str = "club", **changes: object) -> requests.Response:
        return self.send("POST", "loyaltyClass", a_class(suffix, **changes))

    def insert_object(self, suffix: str = "anna", **changes: object) -> requests.Response:
        return self.send("POST", "loyaltyObject", an_object(suffix, **changes))

    def sign(self, claims: dict[str, Any], **header: str) -> str:
        """A save link's token."""
        signer = crypt.RSASigner.from_service_account_info(self.key_file)
        head = {"alg": "RS256", "typ": "JWT", **header}
        signed = ".".join(map(_encode, (json.dumps(head).encode(), json.dumps(claims).encode())))
        return f"{signed}.{_encode(signer.sign(signed))}"

    def link(self, *ids: str, **changes: object) -> str:
        """To save objects that exist already."""
        objects = [{"id": each, "classId": full("club")} for each in ids]
        return f"{self.google.save_page}/{self.sign(claims(self, loyaltyObjects=objects) | changes)}"


def claims(issuer: Issuer, **payload: object) -> dict[str, Any]:
    return {
        "iss": issuer.key_file["client_email"],
        "aud": "google",
        "typ": "savetowallet",
        "iat": 1_790_000_000,
        "origins": [],
        "payload": payload,
    }


def full(suffix: str) -> str:
    """The id of a class or object of the issuer."""
    return f"{DEVELOPMENT_ISSUER}.{suffix}"


def a_class(suffix: str = "club", **changes: object) -> dict[str, Any]:
    return {
        "id": full(suffix),
        "issuerName": "Café Ærlig",
        "programName": "Coffee club",
        "programLogo": {"sourceUri": {"uri": LOGO}},
        "hexBackgroundColor": "#103050",
        "reviewStatus": "UNDER_REVIEW",
        "multipleDevicesAndHoldersAllowedStatus": "ONE_USER_ALL_DEVICES",
        **changes,
    }


def an_object(suffix: str = "anna", **changes: object) -> dict[str, Any]:
    return {
        "id": full(suffix),
        "classId": full("club"),
        "state": "ACTIVE",
        "accountName": "Anna",
        "loyaltyPoints": points("1 of 10"),
        "barcode": {"type": "QR_CODE", "value": "CODE-1", "alternateText": "C0DE"},
        **changes,
    }


def points(balance: str) -> dict[str, Any]:
    return {"label": "Stamps", "balance": {"string": balance}}


def notifying(balance: str) -> dict[str, Any]:
    """A patch that makes the phone ring."""
    return {"loyaltyPoints": points(balance), "notifyPreference": "NOTIFY_ON_UPDATE"}


@dataclass
class CallbackTaker:
    """An issuer's address for callbacks; answers with `status`."""

    url: str = ""
    status: int = 200
    taken: list[bytes] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(json.loads(body)["signedMessage"]) for body in self.taken]

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(each["eventType"], each["objectId"]) for each in self.messages]


@pytest.fixture
def callback_taker() -> Iterator[CallbackTaker]:
    taker = CallbackTaker()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taker.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(taker.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        taker.url = f"http://127.0.0.1:{server.server_port}/google/callback"
        yield taker
        server.shutdown()
        thread.join()


@pytest.fixture
def google_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def google(google_clock: HandClock) -> Iterator[SimulatedGoogle]:
    with SimulatedGoogle(clock=google_clock, pauses=(0.01, 0.01)) as started:
        yield started


@pytest.fixture(scope="session")
def key_file() -> dict[str, Any]:
    return make_key_file("")


@pytest.fixture
def issuer(google: SimulatedGoogle, key_file: dict[str, Any]) -> Iterator[Issuer]:
    told = {**key_file, "token_uri": google.token_address}
    google.admit(told, DEVELOPMENT_ISSUER)
    made = Issuer(google, told)
    with made.session:
        yield made


@pytest.fixture
def android(google: SimulatedGoogle) -> AndroidPhone:
    return AndroidPhone(lambda: google.address)


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
