"""A simulated APNs that runs with a sender connected to it, and a phone with a web service to talk to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.apns_senders import FrameSender, make_chain, sender_context
from support.pass_makers import PassMaker
from support.scripted import ScriptedService, scripted_service
from support.scripted_phones import WAIT

from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.phone import Phone


@pytest.fixture(scope="session")
def chain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_chain(tmp_path_factory.mktemp("chain"))


@pytest.fixture
def apns(chain_folder: Path) -> Iterator[SimulatedApns]:
    with SimulatedApns(chain_folder) as started:
        yield started


@pytest.fixture
def sender(apns: SimulatedApns, chain_folder: Path) -> Iterator[FrameSender]:
    with FrameSender(apns.port, sender_context(chain_folder, shows=chain_folder)) as connected:
        yield connected


@pytest.fixture
def service(pass_maker: PassMaker) -> Iterator[ScriptedService]:
    with scripted_service(pass_maker) as service:
        yield service


@pytest.fixture
def phone(pass_maker: PassMaker) -> Phone:
    return pass_maker.phone(pauses=(WAIT, 3 * WAIT))
