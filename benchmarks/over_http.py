"""A card fetched from the running server as a phone fetches it; the server has one core, the phones another."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from benchmarks.cores import other_cores
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
_SECONDS_TO_START = 30


def measure_over_http(folder: Path) -> Iterator[Row]:
    settings = _settings(folder)
    prepare(settings)
    services = build_services(settings)
    (signer,) = services.signers
    card_path = f"/card/{_join(services)}/pass.pkpass"
    services.database.close()
    sign, ratios, rates = raw_signing(signer), [], []
    with _server(settings):
        path, headers = _as_phone(settings, card_path)
        for _ in range(_ROUNDS):
            fetched = _fetch_for(settings, path, headers, _SLICE)
            rates.append(fetched)
            ratios.append(fetched / rate(sign, _RAW_SLICE))
    yield Row(f"passes over HTTP, {_PHONES} phones, server on one core, wall clock", median(rates), "1/s")
    yield Row("passes over HTTP ÷ raw RSA signatures", median(ratios), "×")


def _settings(folder: Path) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Settings.from_env(_environment(folder, port))


def _environment(folder: Path, port: int) -> dict[str, str]:
    # Each fetch names another address, as each phone has one: one alone would soon be told to slow down.
    return {"DATA_DIR": str(folder), "PORT": str(port), "SECRET_KEY": "benchmark", "TRUSTED_PROXIES": "1"}


def _join(services: Services) -> str:
    """The key of a new customer's page."""
    new = NewMerchant("Café Ærlig", "coffee-bar", "en", ZoneInfo("UTC"), (Milestone(8, "Free coffee"),))
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, new)
    code = get_rules(services, merchant_id).code
    return join(services, code, Applicant(name="Anna", email=""), "en", "", new_form_key()).page_key


@contextmanager
def _server(settings: Settings) -> Iterator[None]:
    """Inherits the core that this process stays on."""
    environment = _environment(settings.data_dir, settings.port)
    process = subprocess.Popen(
        [sys.executable, "-m", "walletpass", "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(settings)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_SECONDS_TO_START)


def _wait_until_ready(settings: Settings) -> None:
    deadline = monotonic() + _SECONDS_TO_START
    while monotonic() < deadline:
        try:
            _get(HTTPConnection("127.0.0.1", settings.port, timeout=5), "/healthz", {})
        except OSError:
            sleep(0.1)
        else:
            return
    sys.exit("The server to be measured did not start.")


def _as_phone(settings: Settings, card_path: str) -> tuple[str, dict[str, str]]:
    """Where the pass inside the downloaded file says that its updates are, and with what token."""
    file = _get(HTTPConnection("127.0.0.1", settings.port, timeout=5), card_path, {})
    with ZipFile(io.BytesIO(file)) as opened:
        content = json.loads(opened.read("pass.json"))
    path = f"/wallet/v1/passes/{content['passTypeIdentifier']}/{content['serialNumber']}"
    return path, {"Authorization": f"ApplePass {content['authenticationToken']}"}


def _fetch_for(settings: Settings, path: str, headers: dict[str, str], seconds: float) -> float:
    """Fetches per second of all phones together."""
    numbers, deadline = count(), monotonic() + seconds

    def fetch() -> int:
        os.sched_setaffinity(0, other_cores())
        connection, fetched = HTTPConnection("127.0.0.1", settings.port, timeout=5), 0
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
