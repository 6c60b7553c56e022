"""From the answer that staff get to the new pass on the phone: at rest, and while a published design moves all cards.

Stamps go in through the staff's own door and are due at set times, whatever became of the one before. The server has
one core; staff, phones and the simulated APNs share another. Stretches of rest and of the roll-out take turns.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from cryptography import x509
from support.busy_shops import PASSWORD, SIMULATOR_FOLDER, join_shop, open_busy_shop
from support.tills import Till

from benchmarks.cores import other_cores, stay_on_one_core
from benchmarks.live_server import running_server, server_environment
from benchmarks.many_cards import fill
from benchmarks.row import Row, at_least, at_most
from benchmarks.stamped_phone import StampedPhone
from benchmarks.stamped_shop import StampedShop
from walletpass.app import build_services, prepare
from walletpass.clock import SystemClock
from walletpass.operations.designs.publish import roll_back
from walletpass.operations.roll_outs.control import pause
from walletpass.pkpass import development
from walletpass.settings import Settings
from walletpass.simulator.apns import SimulatedApns
from walletpass.simulator.apns_address import write_address
from walletpass.simulator.installed import Trust
from walletpass.simulator.phones import Phones

_CARDS, _PHONES, _TILLS = 100_000, 50, 4
_CARDS_PER_SECOND = 500
_FETCHES_PER_SECOND = 50
_STAMPS_PER_SECOND = 3
"""So that no phone comes to have more pushes than it may have in an hour."""
_ROUNDS, _STRETCH = 10, 18.0
_LEAST_OF_RATE = 0.9
_MOST_OF_REST = 3


def measure() -> Iterator[Row]:
    rest: list[float] = []
    moving: list[float] = []
    rates = []
    with ExitStack() as held:
        shop = _open_shop(held, Path(held.enter_context(TemporaryDirectory())))
        for _ in range(_ROUNDS):
            rest += shop.stamp(_STAMPS_PER_SECOND, _STRETCH)
            with shop.rolling_out() as roll_out, shop.fetching(_FETCHES_PER_SECOND):
                moving += shop.stamp(_STAMPS_PER_SECOND, _STRETCH)
            rates.append(roll_out.rate)
    moved = median(rates) / _CARDS_PER_SECOND
    yield at_least("cards moved meanwhile ÷ the rate that was asked for", moved, "×", _LEAST_OF_RATE)
    yield from _rows("at rest", rest)
    yield from _rows(f"during a roll-out to {_CARDS:,} cards", moving)
    slower = _percentile_99(moving) / _percentile_99(rest)
    yield at_most("p99 during the roll-out ÷ p99 at rest", slower, "×", _MOST_OF_REST)


def _open_shop(held: ExitStack, folder: Path) -> StampedShop:
    environment = server_environment(folder, ROLL_OUT_RATE=str(_CARDS_PER_SECOND))
    settings = Settings.from_env(environment)
    prepare(settings)
    services = build_services(settings)
    held.callback(services.database.close)
    shop = open_busy_shop(services, _TILLS)
    (pass_type,) = services.signers.pass_type_identifiers
    fill(services, shop.merchant_id, pass_type, _CARDS)
    stay_on_one_core()
    port = held.enter_context(running_server(environment))
    os.sched_setaffinity(0, other_cores())
    phones = _open_phones(held, folder, [_download(port, join_shop(services, shop)) for _ in range(_PHONES)])
    roll_back(services, shop.merchant_id, 1)
    pause(services, shop.merchant_id)
    tills = [_open_till(port, number, staff) for number, staff in enumerate(shop.staff)]
    return StampedShop(services, shop.merchant_id, phones, tills)


def _open_phones(held: ExitStack, folder: Path, files: list[bytes]) -> list[StampedPhone]:
    """Installed, and woken by an APNs of this process instead of the server's own."""
    chain = folder / development.FOLDER
    roots = x509.load_pem_x509_certificates((chain / development.ROOT_FILE).read_bytes())
    stamped = [StampedPhone(Trust(roots, allow_http=True), file) for file in files]
    phones = held.enter_context(Phones(SystemClock()))
    apns = held.enter_context(SimulatedApns(chain))
    apns.on_push(phones.on_push)
    write_address(folder / SIMULATOR_FOLDER, apns.address)
    for each in stamped:
        phones.add(each.phone)
    return stamped


def _open_till(port: int, number: int, staff: str) -> Till:
    """Each at an address of its own: one alone would soon be told to slow down."""
    return Till(f"http://127.0.0.1:{port}", f"10.0.0.{number}", staff, PASSWORD)


def _download(port: int, page_key: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}/card/{page_key}/pass.pkpass") as answer:
        content: bytes = answer.read()
    return content


def _rows(when: str, latencies: list[float]) -> Iterator[Row]:
    yield Row(f"stamp answered → new pass on the phone, {when}, median", median(latencies) * 1000, "ms")
    yield Row(f"the same, {when}, p99 of {len(latencies)}", _percentile_99(latencies) * 1000, "ms")


def _percentile_99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]
