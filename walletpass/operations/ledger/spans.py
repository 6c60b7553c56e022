"""Accounts looked through a span of ids at a time, by as many processes as there shall be."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal

from walletpass.clock import Clock
from walletpass.collector import rest_collector
from walletpass.operations.ledger.found import Found
from walletpass.operations.ledger.judge import judge
from walletpass.operations.ledger.page import Written, read_page
from walletpass.operations.ledger.rules import Rules
from walletpass.store.session import Database

_ACCOUNTS = 1_000
"""In a span: not much longer than a second."""
_COUNTED = ("entries", "lots", "allocations", "rewards", "days", "notes")


@dataclass(slots=True)
class Seen:
    looked_at: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)


@contextmanager
def looking(
    database: Database, clock: Clock, merchant_id: int | None, last: int, processes: int
) -> Iterator[Iterator[Seen]]:
    """What is seen in each span of account ids up to the last, in their order."""
    spans = [range(first, min(first + _ACCOUNTS, last + 1)) for first in range(1, last + 1, _ACCOUNTS)]
    if min(processes, len(spans)) <= 1:
        yield map(partial(look_at, database, clock, merchant_id), spans)
        return
    pool = ProcessPoolExecutor(min(processes, len(spans)), get_context("spawn"), _begin_process)
    try:
        yield pool.map(partial(_look_apart, database.url, clock, merchant_id), spans)
    finally:
        pool.shutdown(cancel_futures=True)


def look_at(database: Database, clock: Clock, merchant_id: int | None, span: range) -> Seen:
    """A page of accounts is in memory at a time."""
    seen, last, more = Seen(), span.start - 1, True
    while more:
        more, now = False, clock.now()
        with database.snapshot() as tx:
            rules = Rules(tx)
            for written in read_page(tx, merchant_id, last, span.stop - 1):
                last, more = written.account.id, True
                _count(written, seen.looked_at)
                seqs = {entry.id: entry.seq for entry in written.entries}
                seen.found += (
                    Found(breach, last, seqs.get(breach.entry_id or 0))
                    for breach in judge(written, rules, now)
                )
    return seen


def _count(written: Written, looked_at: Counter[str]) -> None:
    looked_at["accounts"] += 1
    for name in _COUNTED:
        looked_at[name] += len(getattr(written, name))


def _look_apart(url: str, clock: Clock, merchant_id: int | None, span: range) -> Seen:
    return look_at(_open(url), clock, merchant_id, span)


@cache
def _open(url: str) -> Database:
    """Each process has connections of its own."""
    return Database(url)


def _begin_process() -> None:
    """Ctrl-C reaches all of them; one says so."""
    signal(SIGINT, SIG_IGN)
    rest_collector()
