"""Outbox → push → outcome recorded, beside a bare loop of pycurl and beside aioapns, all against one `nghttpd`.

One core sends; the stand-in and PostgreSQL have another. A round in which the stand-in was too busy is void.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from support.postgres import OWNER, running_postgres

from benchmarks.cores import leaving_one_core, stay_on_one_core
from benchmarks.filled_outbox import FilledOutbox, push_token
from benchmarks.memory import megabytes_held
from benchmarks.push_peers import AioapnsLoop, BareLoop
from benchmarks.row import Row, at_least, at_most
from benchmarks.slices import Measured, undisturbed
from benchmarks.stand_in import StandIn, running_stand_in
from walletpass.apns.connection import WINDOW
from walletpass.apns.sender import ApnsSender
from walletpass.clock import SystemClock
from walletpass.collector import rest_collector
from walletpass.pkpass.development import ServerFiles, load_development_signers, load_server_files
from walletpass.pkpass.signing import Signer

_PUSHES, _AIOAPNS_PUSHES = 6_000, 1_000
_ROUNDS, _MOST_ROUNDS = 29, 60
_BUSIEST = 0.7
_LEAST_OF_BARE = {"SQLite": 0.6, "PostgreSQL": 0.5}
_LEAST_OF_AIOAPNS = 5
_LONG_RUN, _BEGUN, _PHONES_OF_LONG_RUN = 1_000_000, 100_000, 20_000
_MOST_GROWTH = 1.05


@dataclass(frozen=True, slots=True)
class Ground:
    """What all send with and to."""

    folder: Path
    files: ServerFiles
    signer: Signer
    stand_in: StandIn

    def sender(self) -> ApnsSender:
        client = self.signer.client_certificate()
        return ApnsSender(lambda _: client, self.stand_in.address, self.files.root.read_bytes())

    def filled(self, database_url: str, phones: int) -> FilledOutbox:
        return FilledOutbox(
            database_url, self.folder, phones, self.signer.pass_type_identifier, self.sender()
        )


@dataclass(frozen=True, slots=True)
class Case:
    pushes: int
    send: Callable[[], None]
    prepare: Callable[[], None] = lambda: None


def measure() -> Iterator[Row]:
    with ExitStack() as held:
        with leaving_one_core():
            postgres = held.enter_context(running_postgres(options=()))
        stay_on_one_core()
        ground = _prepare(held)
        cases = _cases(ground, f"postgresql+psycopg://{OWNER}@/postgres?host={postgres}")
        rest_collector()  # as a worker does; the bare loop gains by it as well
        measured = _in_turn(cases, ground.stand_in)
    yield from _rows(measured)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        begun, ended = pool.submit(_run_long).result()
    yield Row(f"memory of the sending process after {_BEGUN:,} pushes", begun, "MB")
    yield at_most(f"memory after {_LONG_RUN:,} pushes ÷ after {_BEGUN:,}", ended / begun, "×", _MOST_GROWTH)


def _prepare(held: ExitStack) -> Ground:
    folder = Path(held.enter_context(TemporaryDirectory()))
    now = SystemClock().now()
    (signer,) = load_development_signers(folder / "chain", now)
    files = load_server_files(folder / "chain", now)
    tokens = map(push_token, range(max(_PUSHES, _PHONES_OF_LONG_RUN)))
    stand_in = held.enter_context(running_stand_in(files, folder / "answers", tokens))
    return Ground(folder, files, signer, stand_in)


def _cases(ground: Ground, postgres: str) -> dict[str, Case]:
    topic, client = ground.signer.pass_type_identifier, ground.signer.client_certificate()
    bare = BareLoop(ground.stand_in.address, ground.files.root.read_bytes(), client, topic, WINDOW)
    aioapns = AioapnsLoop(ground.stand_in.address, ground.files.root, client, topic, ground.folder)
    tokens = [push_token(number) for number in range(_PUSHES)]
    sqlite = ground.filled(f"sqlite:///{ground.folder / 'cards.db'}", _PUSHES)
    postgresql = ground.filled(postgres, _PUSHES)
    return {
        "bare": Case(_PUSHES, lambda: bare.send(tokens)),
        "SQLite": Case(_PUSHES, sqlite.deliver, sqlite.fill),
        "PostgreSQL": Case(_PUSHES, postgresql.deliver, postgresql.fill),
        "aioapns": Case(_AIOAPNS_PUSHES, lambda: aioapns.send(tokens[:_AIOAPNS_PUSHES]), aioapns.prepare),
    }


def _in_turn(cases: dict[str, Case], stand_in: StandIn) -> Measured:
    """Pushes per second of each case, of rounds in which the stand-in never was the limit; the first warms up."""
    measured: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(_MOST_ROUNDS + 1):
        taken = {name: _time(case, stand_in) for name, case in cases.items()}
        if all(busy <= _BUSIEST for _, busy in taken.values()):
            for name, (rate, _) in taken.items():
                measured[name].append(rate)
        if len(measured["bare"]) > _ROUNDS:
            break
    return {name: rates[1:] for name, rates in measured.items()}


def _time(case: Case, stand_in: StandIn) -> tuple[float, float]:
    """Pushes per second, and the share of the time that the stand-in worked."""
    case.prepare()
    worked, start = stand_in.processor_seconds(), perf_counter()
    case.send()
    seconds = perf_counter() - start
    return case.pushes / seconds, (stand_in.processor_seconds() - worked) / seconds


def _rows(measured: Measured) -> Iterator[Row]:
    rates = {name: undisturbed(measured, name) for name in measured}
    yield Row("rounds in which the stand-in was not the limit", len(measured["bare"]), "")
    yield Row(f"bare pycurl loop, {WINDOW} streams, one core", rates["bare"], "1/s")
    for name, least in _LEAST_OF_BARE.items():
        yield Row(f"outbox → push → recorded, {name}", rates[name], "1/s")
        yield at_least(f"{name} ÷ bare loop", rates[name] / rates["bare"], "×", least)
    yield Row("aioapns 4, one connection", rates["aioapns"], "1/s")
    yield at_least("SQLite ÷ aioapns", rates["SQLite"] / rates["aioapns"], "×", _LEAST_OF_AIOAPNS)


def _run_long() -> tuple[float, float]:
    """Megabytes held early in a long run, and at its end."""
    stay_on_one_core()
    with ExitStack() as held:
        ground = _prepare(held)
        outbox = ground.filled(f"sqlite:///{ground.folder / 'cards.db'}", _PHONES_OF_LONG_RUN)
        rest_collector()
        begun = 0.0
        for sent in range(_PHONES_OF_LONG_RUN, _LONG_RUN + 1, _PHONES_OF_LONG_RUN):
            outbox.fill()
            outbox.deliver()
            if sent == _BEGUN:
                begun = megabytes_held()
        return begun, megabytes_held()
