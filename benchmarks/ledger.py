"""Stamps through the whole write path: beside bare transactions, with long ledgers, and with very many accounts.

Beside bare transactions both wait for the disk at every commit. Whether a stamp gets dearer as a ledger or an
installation grows is measured without that wait, which would hide it. One core stamps, PostgreSQL has another, and as
much memory as its manual gives a server. Among very many accounts it is measured twice: right after loading, when
nearly every stamp is the first to change its pages since a checkpoint, and once that is over, as it is while many are
stamped.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from support.postgres import OWNER, running_postgres

from benchmarks.cores import leaving_one_core, stay_on_one_core
from benchmarks.row import Row, at_least, at_most
from benchmarks.slices import Measured, in_turn, ratio
from benchmarks.stamped_ledger import DEPTHS, StampedLedger, open_ledger
from walletpass.collector import rest_collector

_PLAYED = 50
_FEW, _MANY = 1_000, 1_000_000
_ROUNDS = 15
_SLICE = 0.25
_FIRST = 10_000
"""Stamps until most pages were changed since the checkpoint."""
_LEAST_OF_BARE = 0.5
_MOST_GROWTH = 1.3


def measure() -> Iterator[Row]:
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        with leaving_one_core():
            socket = held.enter_context(
                running_postgres(options=(f"shared_buffers={_quarter_of_memory()}MB",))
            )
        stay_on_one_core()
        rest_collector()
        for kind, addresses in (("SQLite", _files(folder)), ("PostgreSQL", _databases(socket))):
            few = open_ledger(addresses["few"], folder, _PLAYED, _FEW)
            few.deepen()
            begun = perf_counter()
            many = open_ledger(addresses["many"], folder, _PLAYED, _MANY)
            yield Row(f"loading {_MANY:,} accounts, {kind}", _MANY / (perf_counter() - begun), "1/s")
            yield Row(
                f"a stamp {_size(_MANY)} after a checkpoint, {kind}", 1e6 / _rate(many.stamp_in_memory), "µs"
            )
            for _ in range(_FIRST):
                many.stamp_in_memory()
            yield from _rows(kind, in_turn(_cases(few, many), _ROUNDS))
            few.close()
            many.close()


def _quarter_of_memory() -> int:
    """https://www.postgresql.org/docs/current/runtime-config-resource.html"""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20 // 4


def _files(folder: Path) -> dict[str, str]:
    return {name: f"sqlite:///{folder / name}.db" for name in ("few", "many")}


def _databases(socket: Path) -> dict[str, str]:
    with psycopg.connect(host=str(socket), user=OWNER, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE few")
        connection.execute("CREATE DATABASE many")
    return {name: f"postgresql+psycopg://{OWNER}@/{name}?host={socket}" for name in ("few", "many")}


def _cases(few: StampedLedger, many: StampedLedger) -> Mapping[str, Callable[[], float]]:
    works: dict[str, Callable[[], None]] = {
        "bare": few.write_bare,
        "stamp": few.stamp,
        **{_depth(entries): partial(few.stamp_deep, entries) for entries in DEPTHS},
        _size(_FEW): few.stamp_in_memory,
        _size(_MANY): many.stamp_in_memory,
    }
    return {name: partial(_rate, work) for name, work in works.items()}


def _rate(work: Callable[[], object]) -> float:
    """Per second: what waits for a disk or a server waits for its part of the work."""
    count, start = 0, perf_counter()
    while (now := perf_counter()) < start + _SLICE:
        work()
        count += 1
    return count / (now - start)


def _rows(kind: str, measured: Measured) -> Iterator[Row]:
    yield Row(f"bare transactions of three rows, {kind}", median(measured["bare"]), "1/s")
    yield Row(f"stamps through the whole write path, {kind}", median(measured["stamp"]), "1/s")
    yield at_least(f"stamps ÷ bare, {kind}", ratio(measured, "stamp", "bare"), "×", _LEAST_OF_BARE)
    for name, entries in ((_depth(entries), entries) for entries in DEPTHS):
        yield Row(f"a stamp {name}, {kind}", 1e6 / median(measured[name]), "µs")
        if entries != DEPTHS[0]:
            growth = ratio(measured, _depth(DEPTHS[0]), name)
            yield at_most(f"cost {name} ÷ {_depth(DEPTHS[0])}, {kind}", growth, "×", _MOST_GROWTH)
    for size in (_FEW, _MANY):
        yield Row(f"a stamp {_size(size)}, {kind}", 1e6 / median(measured[_size(size)]), "µs")
    growth = ratio(measured, _size(_FEW), _size(_MANY))
    yield at_most(f"cost {_size(_MANY)} ÷ {_size(_FEW)}, {kind}", growth, "×", _MOST_GROWTH)


def _depth(entries: int) -> str:
    return f"after {entries:,} entries"


def _size(accounts: int) -> str:
    return f"among {accounts:,} accounts"
