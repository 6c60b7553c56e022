"""A card fetched from the running server as a phone fetches it; the server has one core, the phones another."""

import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from benchmarks.cores import other_cores
from benchmarks.live_server import running_server, server_environment
from benchmarks.row import Row
from benchmarks.slices import rate
from benchmarks.subject import raw_signing
from walletpass.app import build_services, prepare
from walletpass.loyalty.program import Milestone
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.settings import Settings

_PHONES = 4
_ROUNDS = 5
_SLICE = 1.5
_RAW_SLICE = 0.3


def measure_over_http(folder: Path) -> Iterator[Row]:
    environment = server_environment(folder)
    settings = Settings.from_env(environment)
    prepare(settings)
    services = build_services(settings)
    (signer,) = services.signers
    card_path = f"/card/{_join(services)}/pass.pkpass"
    services.database.close()
    sign, ratios, rates = raw_signing(signer), [], []
    with running_server(environment) as port:
        path, headers = _as_phone(port, card_path)
        for _ in range(_ROUNDS):
            fetched = _fetch_for(port, path, headers, _SLICE)
            rates.append(fetched)
            ratios.append(fetched / rate(sign, _RAW_SLICE))
    yield Row(f"passes over HTTP, {_PHONES} phones, server on one core, wall clock", median(rates), "1/s")
    yield Row("passes over HTTP ÷ raw RSA signatures", median(ratios), "×")


def _join(services: Services) -> str:
    """The key of a new customer's page."""
    new = NewMerchant("Café Ærlig", "coffee-bar", "en", ZoneInfo("UTC"), (Milestone(8, "Free coffee"),))
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, new)
    code = get_rules(services, merchant_id).code
    return join(services, code, Applicant(name="Anna", email=""), "en", "", new_form_key()).page_key


def _as_phone(port: int, card_path: str) -> tuple[str, dict[str, str]]:
    """Where the pass inside the downloaded file says that its updates are, and with what token."""
    file = _get(HTTPConnection("127.0.0.1", port, timeout=5), card_path, {})
    with ZipFile(io.BytesIO(file)) as opened:
        content = json.loads(opened.read("pass.json"))
    path = f"/wallet/v1/passes/{content['passTypeIdentifier']}/{content['serialNumber']}"
    return path, {"Authorization": f"ApplePass {content['authenticationToken']}"}


def _fetch_for(port: int, path: str, headers: dict[str, str], seconds: float) -> float:
    """Fetches per second of all phones together."""
    numbers, deadline = count(), monotonic() + seconds

    def fetch() -> int:
        os.sched_setaffinity(0, other_cores())
        connection, fetched = HTTPConnection("127.0.0.1", port, timeout=5), 0
        while monotonic() < deadline:
            number = next(numbers)
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            _get(connection, path, {**headers, "X-Forwarded-For": address})
            fetched += 1
        return fetched

    with ThreadPoolExecutor(_PHONES) as phones:
        return sum(phones.map(lambda _: fetch(), range(_PHONES))) / seconds


def _get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise OSError(f"{path} was answered with {answer.status}")
    return content
