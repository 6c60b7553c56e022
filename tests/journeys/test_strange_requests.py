"""Whatever is sent to whatever address, the server answers and keeps its secrets. `make soak` sends very much."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from support.servers import RunningServer, running_server
from support.sieges import Siege
from support.soaks import Plan
from support.sound_requests import cookies_of, requests_of_counter, requests_of_pages, requests_of_phone
from support.strange_requests import Sound
from support.tills import read_token, sign_in

from walletpass.app import build_services
from walletpass.clock import SystemClock
from walletpass.operations.installation.demo import DEMO_PASSWORD, SHOPS
from walletpass.operations.installation.init import add_person
from walletpass.operations.staffing.sign_in import StaffRole
from walletpass.pkpass import development
from walletpass.settings import Settings
from walletpass.simulator.installed import Trust
from walletpass.simulator.phone import Phone
from walletpass.simulator.safari import FoundPass, Safari

OPERATOR = "operator@strange.example"


@pytest.fixture
def settings(tmp_path: Path, soak_database: str) -> dict[str, str]:
    return {"DATABASE_URL": soak_database, "DATA_DIR": str(tmp_path), "TRUSTED_PROXIES": "1"}


@pytest.fixture
def server(tmp_path: Path, settings: dict[str, str]) -> Iterator[RunningServer]:
    with running_server(tmp_path, "--demo", **settings) as started:
        yield started


@pytest.fixture
def found(server: RunningServer) -> FoundPass:
    """A new card of one of the demo's shops."""
    join = re.search(r"/join/\w+", requests.get(server.url, timeout=10).text)
    assert join
    return Safari().find_pass(server.url + join[0])


@pytest.fixture
def phone(server: RunningServer, found: FoundPass) -> Phone:
    root = server.data_dir / development.FOLDER / development.ROOT_FILE
    phone = Phone(Trust(x509.load_pem_x509_certificates(root.read_bytes()), allow_http=True))
    phone.install(found.file, SystemClock().now())
    phone.step(SystemClock().now())
    return phone


@pytest.fixture
def sound(server: RunningServer, settings: dict[str, str], found: FoundPass, phone: Phone) -> list[Sound]:
    """Half of them a phone's."""
    (card,) = phone.wallet.cards.values()
    add_operator(settings)
    of_people = [
        *requests_of_pages(requests.Session(), server.url),
        *requests_of_pages(requests.Session(), found.address),
        *requests_of_staff(server.url, str(card.objects("barcodes")[0]["message"])),
    ]
    of_phone = [*requests_of_phone(phone, card)]
    return of_people + of_phone * (len(of_people) // len(of_phone))


def requests_of_staff(url: str, code: str) -> Iterator[Sound]:
    shop = SHOPS[0]
    owner = sign_in(url, "10.0.0.1", shop.address(StaffRole.OWNER), DEMO_PASSWORD)
    staff = sign_in(url, "10.0.0.2", shop.address(StaffRole.STAFF), DEMO_PASSWORD)
    operator = sign_in(url, "10.0.0.3", OPERATOR, DEMO_PASSWORD)
    yield from requests_of_pages(owner, f"{url}/merchant/")
    yield from requests_of_pages(staff, f"{url}/staff/")
    yield from requests_of_pages(operator, f"{url}/operator/")
    headers = {"Cookie": cookies_of(staff), "X-CSRFToken": read_token(staff, f"{url}/staff/")}
    yield from requests_of_counter(headers, code)


def add_operator(settings: dict[str, str]) -> None:
    services = build_services(Settings.from_env(settings))
    with closing(services.database), services.transaction() as tx:
        add_person(services, tx, None, StaffRole.OPERATOR, "Operator", OPERATOR, DEMO_PASSWORD, "en")


def test_strange_requests_find_no_fault_and_no_secret(
    server: RunningServer, phone: Phone, sound: list[Sound], plan: Plan
) -> None:
    """No answer is a failure of the server, none shows a trace, and no log holds what lets somebody in."""
    siege = Siege(urlsplit(server.url).port or 0, sound)
    siege.send(plan.strange_requests, plan.seed)
    print(plan, sorted(siege.statuses.items()), sep="\n")
    for request, answer in siege.faults[:10]:
        print(request, answer[:500], sep="\n")
    assert not siege.faults
    assert requests.get(f"{server.url}/healthz", timeout=10).ok
    said = "".join(server.log)
    assert "Traceback" not in said
    (card,) = phone.wallet.cards.values()
    for secret in (card.token, phone.device.push_token, phone.device.library_id):
        assert secret not in said
