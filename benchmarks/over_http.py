"""A card fetched from the running server as a phone fetches it; the server has one core, the phones another."""

import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count, cycle
from pathlib import Path
from statistics import median
from time import monotonic
from typing import NamedTuple
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
_CARDS = 40
"""So many that none is fetched as often as only a loop would, which is refused."""
_ROUNDS = 5
_SLICE = 1.5
_RAW_SLICE = 0.3


class HeldCard(NamedTuple):
    path: str
    headers: dict[str, str]


def measure_over_http(folder: Path) -> Iterator[Row]:
    environment = server_environment(folder)
    settings = Settings.from_env(environment)
    prepare(settings)
    services = build_services(settings)
    (signer,) = services.signers
    keys = list(_join(services))
    services.database.close()
    sign, ratios, rates = raw_signing(signer), [], []
    with running_server(environment) as port:
        cards = [_as_phone(port, f"/card/{key}/pass.pkpass") for key in keys]
        for _ in range(_ROUNDS):
            fetched = _fetch_for(port, cards, _SLICE)
            rates.append(fetched)
            ratios.append(fetched / rate(sign, _RAW_SLICE))
    yield Row(f"passes over HTTP, {_PHONES} phones, server on one core, wall clock", median(rates), "1/s")
    yield Row("passes over HTTP ÷ raw RSA signatures", median(ratios), "×")


def _join(services: Services) -> Iterator[str]:
    """The keys of new customers' pages."""
    new = NewMerchant("Café Ærlig", "coffee-bar", "en", ZoneInfo("UTC"), (Milestone(8, "Free coffee"),))
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, new)
    code = get_rules(services, merchant_id).code
    for _ in range(_CARDS):
        yield join(services, code, Applicant(name="Anna", email=""), "en", "", new_form_key()).page_key


def _as_phone(port: int, card_path: str) -> HeldCard:
    """Where the pass inside the downloaded file says that its updates are, and with what token."""
    file = _get(HTTPConnection("127.0.0.1", port, timeout=5), card_path, {})
    with ZipFile(io.BytesIO(file)) as opened:
        content = json.loads(opened.read("pass.json"))
    path = f"/wallet/v1/passes/{content['passTypeIdentifier']}/{content['serialNumber']}"
    return HeldCard(path, {"Authorization": f"ApplePass {content['authenticationToken']}"})


def _fetch_for(port: int, cards: list[HeldCard], seconds: float) -> float:
    """Fetches per second of all phones together."""
    numbers, deadline = count(), monotonic() + seconds

    def fetch(first: int) -> int:
        os.sched_setaffinity(0, other_cores())
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        held = cycle(cards[first::_PHONES])
        fetched = 0
        while monotonic() < deadline:
            card, number = next(held), next(numbers)
            address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            _get(connection, card.path, {**card.headers, "X-Forwarded-For": address})
            fetched += 1
        return fetched

    with ThreadPoolExecutor(_PHONES) as phones:
        return sum(phones.map(fetch, range(_PHONES))) / seconds


def _get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise OSError(f"{path} was answered with {answer.status}")
    return content
