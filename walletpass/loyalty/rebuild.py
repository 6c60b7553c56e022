"""Balances computed again from nothing but the ledger: slow, plain, and what every cache must equal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.ledger import MAY_OWE, REVERSALS, EntryKind
from walletpass.loyalty.lots import Lot, available, pending
from walletpass.loyalty.units import Unit


class Posted(NamedTuple):
    """A ledger entry as far as balances need it."""

    id: int
    kind: EntryKind
    unit: Unit
    quantity: int
    reverses: int | None = None
    rolls: tuple[Unit, ...] = ()
    """Of which units it moves the rolling date (see `expiry.extended_units`)."""
    rolls_to: datetime | None = None
    """To this at least (see `expiry.roll`)."""
    before_lots: bool = False
    """It was posted when units had no lots yet."""


class Opened(NamedTuple):
    """A lot, and the entry that opened it. What remains of it is not believed."""

    entry_id: int
    lot: Lot


class Taken(NamedTuple):
    """What an entry took from a lot; negative: gave back to it."""

    entry_id: int
    lot_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one unit."""

    total: int
    """Sum of all entries."""
    available: int
    pending: int
    owed: int
    """Taken back after it had been spent; what comes next pays for it."""
    rolling: datetime | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    balances: Mapping[Unit, Balance]
    remaining: Mapping[int, int]
    """Lot id -> units left."""
    breaches: tuple[Breach, ...]


def rebuild(
    entries: Sequence[Posted], lots: Sequence[Opened], taken: Sequence[Taken], now: datetime
) -> Rebuilt:
    """All entries of one account in order, all its lots, all allocations."""
    used: Counter[int] = Counter()
    for each in taken:
        used[each.lot_id] += each.quantity
    left = [_less(opened.lot, used[opened.lot.id]) for opened in lots]
    return Rebuilt(
        {unit: _balance(unit, entries, left, now) for unit in Unit},
        {lot.id: lot.remaining for lot in left},
        (
            *_find_strangers(entries, lots, taken),
            *_find_bad_lots(left),
            *_find_bad_entries(entries, lots, taken),
            *_find_bad_reversals(entries),
        ),
    )


def _less(lot: Lot, used: int) -> Lot:
    remaining = lot.original - used
    return lot if lot.remaining == remaining else replace(lot, remaining=remaining)


def _balance(unit: Unit, entries: Sequence[Posted], lots: Iterable[Lot], now: datetime) -> Balance:
    mine = [entry for entry in entries if entry.unit is unit]
    mine_left = [lot for lot in lots if lot.unit is unit]
    rolling = max(
        (entry.rolls_to for entry in entries if entry.rolls_to and unit in entry.rolls), default=None
    )
    total = sum(entry.quantity for entry in mine)
    owed = sum(lot.remaining for lot in mine_left) - total
    return Balance(total, available(mine_left, now, rolling, owed), pending(mine_left, now), owed, rolling)


def _find_strangers(
    entries: Iterable[Posted], lots: Iterable[Opened], taken: Iterable[Taken]
) -> Iterator[Breach]:
    known = {entry.id for entry in entries}
    for opened in lots:
        if opened.entry_id not in known:
            yield Breach(Invariant.ONLY_ADDED, f"lot {opened.lot.id}: no entry of this account opened it")
    for each in taken:
        if each.entry_id not in known:
            yield Breach(Invariant.ONLY_ADDED, f"lot {each.lot_id}: no entry of this account took from it")


def _find_bad_lots(lots: Iterable[Lot]) -> Iterator[Breach]:
    for lot in lots:
        if not 0 <= lot.remaining <= lot.original:
            yield Breach(Invariant.LOTS, f"lot {lot.id}: {lot.remaining} of {lot.original} left")


def _find_bad_entries(
    entries: Iterable[Posted], lots: Iterable[Opened], taken: Iterable[Taken]
) -> Iterator[Breach]:
    """Each entry moves in lots what it says, less what it adds to the debt or pays of it. The debt is what entries
    before it left, but for what was found wrong: one that is wrong makes no other so.
    """
    moved: Counter[int] = Counter()
    for opened in lots:
        moved[opened.entry_id] += opened.lot.original
    for each in taken:
        moved[each.entry_id] -= each.quantity
    owed: defaultdict[Unit, int] = defaultdict(int)
    for entry in entries:
        if entry.before_lots:
            continue
        low, high = sorted((0, entry.quantity))
        if entry.quantity < 0 and entry.kind not in MAY_OWE:
            high = low
        borrowed = moved[entry.id] - entry.quantity
        if low <= moved[entry.id] <= high and owed[entry.unit] + borrowed >= 0:
            owed[entry.unit] += borrowed
            continue
        what = f"says {entry.quantity}, lots say {moved[entry.id]}"
        yield Breach(Invariant.LOTS, what, entry.id)


def _find_bad_reversals(entries: Sequence[Posted]) -> Iterator[Breach]:
    """Nothing is taken back twice, or as something else than it was."""
    by_id = {entry.id: entry for entry in entries}
    reversed_: Counter[int] = Counter()
    for entry in entries:
        if entry.reverses is None:
            continue
        reversed_[entry.reverses] += entry.quantity
        first = by_id.get(entry.reverses)
        if first is None or (REVERSALS.get(first.kind), first.unit) != (entry.kind, entry.unit):
            yield Breach(Invariant.ONCE, "takes back what it cannot", entry.id)
    for entry_id, quantity in reversed_.items():
        low, high = sorted((0, -by_id[entry_id].quantity if entry_id in by_id else 0))
        if not low <= quantity <= high:
            yield Breach(Invariant.ONCE, f"{quantity} of it was taken back", entry_id)
