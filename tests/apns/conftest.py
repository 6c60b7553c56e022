"""A simulated APNs, and a sender that it lets in."""

from collections.abc import Iterator

import pytest
from support.apns_callers import Caller, Chain

from walletpass.apns.sender import ApnsSender
from walletpass.simulator.apns import SimulatedApns


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(tmp_path_factory.mktemp("chain"))


@pytest.fixture(scope="session")
def strangers_chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Nobody that the simulated APNs trusts issued its certificates."""
    return Chain(tmp_path_factory.mktemp("strangers"))


@pytest.fixture
def apns(chain: Chain) -> Iterator[SimulatedApns]:
    with SimulatedApns(chain.folder) as started:
        yield started


@pytest.fixture
def caller(apns: SimulatedApns, chain: Chain) -> Iterator[Caller]:
    with chain.caller(apns.address) as made:
        yield made


@pytest.fixture
def sender(caller: Caller) -> ApnsSender:
    return caller.sender
