"""Where pushes go, by the wallet's mode."""

from pathlib import Path

import pytest

from walletpass.apns.push import Push, Verdict
from walletpass.app import build_services
from walletpass.operations.services import Pusher
from walletpass.pkpass.development import FOLDER, PASS_TYPE_IDENTIFIER
from walletpass.settings import Settings
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.apns_address import write_address

PUSH = Push(1, PASS_TYPE_IDENTIFIER, "ab" * 32)


@pytest.fixture
def pusher(settings: Settings) -> Pusher:
    services = build_services(settings)
    services.database.close()
    return services.pusher


def verdict(pusher: Pusher) -> Verdict:
    pusher.submit(PUSH)
    while not (answers := pusher.poll(5)):
        pass
    return answers[0].verdict


def test_development_pushes_follow_the_simulated_apns_wherever_it_answers(
    settings: Settings, pusher: Pusher, tmp_path: Path
) -> None:
    """As a worker does, which is another process: before APNs starts, while it runs, after it has moved."""
    assert verdict(pusher) is Verdict.LATER
    for _ in range(2):
        with SimulatedApns(tmp_path / FOLDER) as apns:
            write_address(settings.data_dir / "simulator", apns.address)
            verdict(pusher)  # ends the connection to where it was
            assert verdict(pusher) is Verdict.ACCEPTED


def test_a_wallet_that_is_off_pushes_nothing(settings: Settings) -> None:
    off = Settings.from_env({"DATA_DIR": str(settings.data_dir), "APPLE_WALLET": "off"})
    services = build_services(off)
    services.database.close()
    assert verdict(services.pusher) is Verdict.REFUSED
