"""Balances that are kept, against the same computed from entries, lots and allocations alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.expiry import extended_units
from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.rebuild import Opened, Posted, Rebuilt, Taken, rebuild
from walletpass.loyalty.units import Unit
from walletpass.operations.ledger.page import Written
from walletpass.operations.ledger.rules import Rules
from walletpass.operations.posting.books import load_lot

_A_MOMENT = timedelta(microseconds=1)


def judge_balances(written: Written, earned: Sequence[Any], rules: Rules, now: datetime) -> Iterator[Breach]:
    """`earned`: see `list_earned`."""
    account = written.account
    rebuilt = _rebuild(written, rules, now)
    yield from rebuilt.breaches
    for lot in written.lots:
        left = rebuilt.remaining[lot.entry_id]
        if lot.remaining != left:
            what = f"lot {lot.entry_id}: {lot.remaining} left, by its allocations {left}"
            yield Breach(Invariant.LOTS, what)
    for unit, balance in rebuilt.balances.items():
        follows = {
            unit.value: balance.available,
            f"{unit.value}_owed": balance.owed,
            f"{unit.value}_roll_to": balance.rolling,
            f"lifetime_{unit.value}": sum(entry.quantity for entry in earned if entry.unit == unit),
        }
        for name, value in follows.items():
            if getattr(account, name) != value:
                yield Breach(Invariant.FOLLOWS, f"{name} is {getattr(account, name)}, by the ledger {value}")


def _rebuild(written: Written, rules: Rules, now: datetime) -> Rebuilt:
    """As it was before anything changed by itself that is not posted yet."""
    at: datetime | None = written.account.next_change_at
    return rebuild(
        [_posted(entry, rules) for entry in written.entries],
        [Opened(lot.entry_id, load_lot(lot)) for lot in written.lots],
        [Taken(part.entry_id, part.lot_id, part.quantity) for part in written.allocations],
        now if at is None or at > now else at - _A_MOMENT,
    )


def _posted(entry: Any, rules: Rules) -> Posted:
    kind, unit, version_id = EntryKind(entry.kind), Unit(entry.unit), entry.program_version_id
    posted = (entry.id, kind, unit, entry.quantity, entry.reverses_id)
    if entry.hash is None:
        return Posted(*posted, before_lots=True)
    rolls = extended_units(rules.get(version_id), kind, unit, entry.quantity)
    rolls_to = rules.rolls_to(version_id, entry.effective_at or entry.recorded_at) if rolls else None
    return Posted(*posted, rolls, rolls_to)


def list_earned(entries: Sequence[Any]) -> list[Any]:
    """What activities earned, and what was taken back of that."""
    earns = {entry.id for entry in entries if entry.kind == EntryKind.EARN}
    back = EntryKind.REVERSE_EARN
    return [e for e in entries if e.id in earns or (e.kind == back and e.reverses_id in earns)]
