"""When phones asked: noted in memory, written in batches."""

from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import select
from support.handsets import PUSH_TOKEN, sign
from support.phones import hold_pass
from support.servers import running_server
from support.shops import Shop

from walletpass.app import build_services, prepare
from walletpass.loyalty.program import Milestone
from walletpass.operations.delivery.sightings import Sightings
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import join, new_form_key
from walletpass.operations.installation.add_merchant import NewMerchant, add_merchant
from walletpass.operations.passes.build import download_pass
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.settings import Settings
from walletpass.store import devices
from walletpass.store.session import Database, StoreUnavailable

SECONDS_TO_WRITE = 10


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    """A database that cannot answer."""
    return Database(f"sqlite:///{tmp_path / 'empty.db'}")


def topics(database: Database) -> list[Any]:
    with database.reading() as tx:
        return list(tx.execute(select(devices.device_topics)))


def listed_at(database: Database) -> list[datetime | None]:
    return [topic.listed_at for topic in topics(database)]


def test_what_was_noted_last_is_written(shop: Shop) -> None:
    hold_pass(shop, "one")
    sightings, database = Sightings(), shop.services.database
    for _ in range(2):
        shop.clock.pass_by(minutes=1)
        sightings.note(topics(database)[0].id, shop.clock.now())
    assert sightings.flush(database) == 1
    assert listed_at(database) == [shop.clock.now()]


def test_a_phone_that_left_meanwhile_is_no_fault(shop: Shop) -> None:
    sightings = Sightings()
    sightings.note(99, shop.clock.now())
    assert sightings.flush(shop.services.database) == 1


def test_what_could_not_be_written_is_written_later(shop: Shop, empty: Database) -> None:
    hold_pass(shop, "one")
    sightings, database = Sightings(), shop.services.database
    sightings.note(topics(database)[0].id, shop.clock.now())
    with pytest.raises(StoreUnavailable):
        sightings.flush(empty)
    sightings.flush(database)
    assert listed_at(database) == [shop.clock.now()]
    empty.close()


def test_a_server_writes_by_itself(tmp_path: Path) -> None:
    """Over a real socket: the phone asks, and soon the database says so."""
    settings = Settings.from_env({"DATA_DIR": str(tmp_path), "SECRET_KEY": "of the tests"})
    prepare(settings)
    services = build_services(settings)
    pass_type, serial, token = hand_out(services)
    with running_server(tmp_path, SECRET_KEY="of the tests") as server:
        address = f"{server.url}/wallet/v1/devices/a-phone/registrations/{pass_type}"
        body = {"pushToken": PUSH_TOKEN}
        assert (
            requests.post(f"{address}/{serial}", json=body, headers=sign(token), timeout=10).status_code
            == 201
        )
        assert requests.get(address, timeout=10).json()["serialNumbers"] == [serial]
        clock, moment = services.clock, Event()
        started = clock.now()
        while listed_at(services.database) == [None]:
            assert (clock.now() - started).total_seconds() < SECONDS_TO_WRITE
            moment.wait(0.05)
    services.database.close()


def hand_out(services: Services) -> tuple[str, str, str]:
    """Pass type, serial number and token of a new customer's pass."""
    shop = NewMerchant("Café", "coffee-bar", "en", ZoneInfo("UTC"), (Milestone(8, "Free coffee"),))
    with services.transaction() as tx:
        merchant_id = add_merchant(services, tx, shop)
    code = get_rules(services, merchant_id).code
    download_pass(services, join(services, code, Applicant(), "en", "", new_form_key()).page_key)
    with services.reading() as tx:
        row = tx.execute(select(devices.passes)).one()
    return row.pass_type_identifier, row.serial, services.vault.unseal(row.token_sealed)
