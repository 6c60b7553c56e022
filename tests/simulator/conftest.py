"""A simulated APNs that runs, and a sender connected to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.apns_senders import FrameSender, make_chain, sender_context

from walletpass.simulator.apns import SimulatedApns


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
