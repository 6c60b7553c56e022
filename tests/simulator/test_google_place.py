"""The simulated Google of an installation: found by another process, and the same after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from support.googles import Issuer, full, notifying
from support.shops import HandClock

from walletpass.gpay.service_account import parse_service_account
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.google.place import ISSUER_ID, NOWHERE, find_address, find_place, start_google
from walletpass.simulator.google.server import SimulatedGoogle

Start = Callable[[], SimulatedGoogle]


@pytest.fixture
def start(tmp_path: Path, google_clock: HandClock) -> Iterator[Start]:
    started: list[SimulatedGoogle] = []

    def begin() -> SimulatedGoogle:
        google = start_google(tmp_path, google_clock, "https://shop.example/simulator/gp/v/save")
        started.append(google)
        return google

    yield begin
    for google in started:
        google.stop()


def talk(google: SimulatedGoogle, folder: Path) -> Issuer:
    """As a worker does: with what it finds in the folder."""
    place = find_place(folder)
    assert place is not None
    assert parse_service_account(place.key, is_development=True).token_uri == google.token_address
    assert (place.address, place.keys_address) == (google.address, google.keys_address)
    return Issuer(google, orjson.loads(place.key))


def test_there_is_nothing_before_it_was_started(tmp_path: Path) -> None:
    assert find_place(tmp_path) is None
    assert find_address(tmp_path) == NOWHERE


def test_another_process_finds_its_address_and_a_key(start: Start, tmp_path: Path) -> None:
    issuer = talk(start(), tmp_path)
    assert issuer.insert_class().ok
    assert full("club").startswith(ISSUER_ID)
    place = find_place(tmp_path)
    assert place is not None
    assert place.save_page == "https://shop.example/simulator/gp/v/save"


def test_issuers_that_shops_bring_are_there_as_well(start: Start, tmp_path: Path) -> None:
    issuer = talk(start(), tmp_path)
    assert issuer.insert_class(id="3388000000099999999.club").ok


def test_a_restart_changes_nothing(start: Start, tmp_path: Path) -> None:
    """Address, key, classes, objects, wallets and notices; links that were signed before are still good."""
    google = start()
    issuer, phone = talk(google, tmp_path), AndroidPhone(lambda: google.address)
    issuer.insert_class()
    issuer.insert_object()
    issuer.insert_object("bert")
    phone.open_link(issuer.link(full("anna")))
    issuer.send("PATCH", f"loyaltyObject/{full('anna')}", notifying("2 of 10"))
    phone.look()
    passes, notices, link = phone.passes, phone.notices, issuer.link(full("bert"))
    google.stop()
    again = start()
    assert again.address == google.address
    assert phone.look()
    assert (phone.passes, phone.notices) == (passes, notices)
    assert talk(again, tmp_path).send("GET", f"loyaltyObject/{full('anna')}").json()["hasUsers"] is True
    assert phone.open_link(link) == [full("bert")]


def test_a_taken_port_and_a_spoilt_file_do_not_stop_it(start: Start, tmp_path: Path) -> None:
    first = start()
    (tmp_path / "google-memory.json").write_text('{"resources": 1}')
    second = start()
    assert second.address != first.address
    assert talk(second, tmp_path).insert_class().ok
