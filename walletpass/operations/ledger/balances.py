"""Balances that are kept, against the same computed from entries, lots and allocations alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.expiry import extends, roll
from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program import Program
from walletpass.loyalty.rebuild import Opened, Posted, Rebuilt, Taken, rebuild
from walletpass.loyalty.units import Unit
from walletpass.operations.ledger.page import Written
from walletpass.operations.posting.books import load_lot

ReadProgram = Callable[[int], Program]
"""By the id of a version."""
_A_MOMENT = timedelta(microseconds=1)


def judge_balances(written: Written, read_program: ReadProgram, now: datetime) -> Iterator[Breach]:
    account, entries = written.account, written.entries
    rebuilt = _rebuild(written, read_program, now)
    yield from rebuilt.breaches
    for lot in written.lots:
        if lot.remaining != rebuilt.remaining[lot.id]:
            what = f"lot {lot.id}: {lot.remaining} left, by its allocations {rebuilt.remaining[lot.id]}"
            yield Breach(Invariant.LOTS, what)
    for unit, balance in rebuilt.balances.items():
        follows = {
            unit.value: balance.available,
            f"{unit.value}_owed": balance.owed,
            f"{unit.value}_roll_to": balance.rolling,
            f"lifetime_{unit.value}": _lifetime(entries, unit),
        }
        for name, value in follows.items():
            if getattr(account, name) != value:
                yield Breach(Invariant.FOLLOWS, f"{name} is {getattr(account, name)}, by the ledger {value}")


def _rebuild(written: Written, read_program: ReadProgram, now: datetime) -> Rebuilt:
    """As it was before anything changed by itself that is not posted yet."""
    at: datetime | None = written.account.next_change_at
    return rebuild(
        [_posted(entry, read_program) for entry in written.entries],
        [Opened(lot.entry_id, load_lot(lot)) for lot in written.lots],
        [Taken(part.entry_id, part.lot_id, part.quantity) for part in written.allocations],
        now if at is None or at > now else at - _A_MOMENT,
    )


def _posted(entry: Any, read_program: ReadProgram) -> Posted:
    return Posted(
        entry.id,
        EntryKind(entry.kind),
        Unit(entry.unit),
        entry.quantity,
        entry.reverses_id,
        _rolls_to(entry, read_program),
        before_lots=entry.hash is None,
    )


def _rolls_to(entry: Any, read_program: ReadProgram) -> datetime | None:
    if entry.hash is None:
        return None
    program = read_program(entry.program_version_id)
    if not extends(program.expiry, EntryKind(entry.kind), entry.quantity):
        return None
    return roll(program.expiry, entry.effective_at or entry.recorded_at, program.zone, None)


def _lifetime(entries: Sequence[Any], unit: Unit) -> int:
    """What activities earned, less what was taken back of that."""
    return sum(entry.quantity for entry in list_earned(entries) if entry.unit == unit)


def list_earned(entries: Sequence[Any]) -> list[Any]:
    earns = {entry.id for entry in entries if entry.kind == EntryKind.EARN}
    back = EntryKind.REVERSE_EARN
    return [e for e in entries if e.id in earns or (e.kind == back and e.reverses_id in earns)]
