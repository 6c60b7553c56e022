"""`walletpass simulate faults`, on the simulators of a running service."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from support.apns_senders import FrameSender, sender_context
from support.servers import running_server

from walletpass.cli import main
from walletpass.pkpass.development import FOLDER
from walletpass.simulator import SIMULATOR_FOLDER
from walletpass.simulator.apns_address import read_address
from walletpass.simulator.google.place import find_place
from walletpass.simulator.orders import APNS_FILE, GOOGLE_FILE, give_order

Order = Callable[..., Result]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a service that runs, with orders that were left over from another one."""
    folder = tmp_path_factory.mktemp("data")
    (folder / SIMULATOR_FOLDER).mkdir()
    give_order(folder / SIMULATOR_FOLDER / APNS_FILE, {"refusal": "Shutdown"})
    give_order(folder / SIMULATOR_FOLDER / GOOGLE_FILE, {"status": 500})
    with running_server(folder):
        yield folder


@pytest.fixture
def order(data_dir: Path) -> Order:
    def order(*words: str) -> Result:
        environment = {"DATA_DIR": str(data_dir)}
        return CliRunner().invoke(main, ["simulate", "faults", *words], env=environment)

    return order


def ask_for_keys(data_dir: Path) -> int:
    place = find_place(data_dir / SIMULATOR_FOLDER)
    assert place
    return requests.get(place.keys_address, timeout=5).status_code


def test_the_simulated_apns_does_wrong_until_it_is_told_to_do_well(data_dir: Path, order: Order) -> None:
    port = int(read_address(data_dir / SIMULATOR_FOLDER).rpartition(":")[2])
    chain = data_dir / FOLDER
    with FrameSender(port, sender_context(chain, shows=chain)) as sender:
        assert sender.push().status == 200, "orders to the service before it are gone"
        said = order("apns", "--refusal", "TooManyRequests", "--refusal-every", "2")
        assert said.output == "Behaves: refusal=TooManyRequests, refusal_every=2\n"
        assert [sender.push().status for _ in range(4)] == [200, 429, 200, 429]
        assert order("none").output == "Behaves: well\n"
        assert [sender.push().status for _ in range(2)] == [200, 200]


def test_the_simulated_google_does_wrong_so_many_times(data_dir: Path, order: Order) -> None:
    assert ask_for_keys(data_dir) == 200, "orders to the service before it are gone"
    said = order("google", "--calls", "keys", "--status", "503", "--times", "2")
    assert said.output == "Behaves: calls=keys, status=503, times=2\n"
    assert [ask_for_keys(data_dir) for _ in range(3)] == [503, 503, 200]
    order("google", "--calls", "keys", "--lost", "before")
    with pytest.raises(requests.ConnectionError):
        ask_for_keys(data_dir)
    assert order("google").output == "Behaves: well\n"
    assert ask_for_keys(data_dir) == 200


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("apns --refusal Nonsense", "APNs has no reason 'Nonsense'"),
        ("apns --goaway-every often", "Invalid value for '--goaway-every'"),
        ("google --calls loyaltyCard.*", "Google has no call 'loyaltyCard.*'"),
        ("google --status 200", "Invalid value for '--status'"),
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(
    data_dir: Path, order: Order, words: str, said: str
) -> None:
    result = order(*words.split())
    assert (result.exit_code, said in result.output) == (2, True)
    assert ask_for_keys(data_dir) == 200


def test_where_no_simulator_was_started_nobody_is_ordered(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["simulate", "faults", "apns"], env={"DATA_DIR": str(tmp_path)})
    assert (result.exit_code, "was started on" in result.output) == (1, True)
