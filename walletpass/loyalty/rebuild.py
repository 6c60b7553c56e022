"""Balances computed again from nothing but the ledger: slow, plain, and what every cache must equal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.lots import Lot, available, pending
from walletpass.loyalty.units import Unit


@dataclass(frozen=True, slots=True)
class Posted:
    """A ledger entry as far as balances need it."""

    id: int
    kind: EntryKind
    unit: Unit
    quantity: int
    reverses: int | None = None
    rolls_to: datetime | None = None
    """Of one that moves the rolling date: to this at least (see `expiry.extends` and `roll`)."""
    before_lots: bool = False
    """It was posted when units had no lots yet."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A lot, and the entry that opened it. What remains of it is not believed."""

    entry_id: int
    lot: Lot


@dataclass(frozen=True, slots=True)
class Taken:
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
    problems: tuple[str, ...]
    """Broken invariants, one line each."""


def rebuild(
    entries: Sequence[Posted], lots: Sequence[Opened], taken: Sequence[Taken], now: datetime
) -> Rebuilt:
    """All entries of one account in order, all its lots, all allocations."""
    used: Counter[int] = Counter()
    for each in taken:
        used[each.lot_id] += each.quantity
    left = [replace(opened.lot, remaining=opened.lot.original - used[opened.lot.id]) for opened in lots]
    return Rebuilt(
        {unit: _balance(unit, entries, left, now) for unit in Unit},
        {lot.id: lot.remaining for lot in left},
        (*_bad_lots(left), *_bad_entries(entries, lots, taken), *_bad_reversals(entries)),
    )


def _balance(unit: Unit, entries: Iterable[Posted], lots: Iterable[Lot], now: datetime) -> Balance:
    mine = [entry for entry in entries if entry.unit is unit]
    mine_left = [lot for lot in lots if lot.unit is unit]
    rolling = max((entry.rolls_to for entry in mine if entry.rolls_to), default=None)
    total = sum(entry.quantity for entry in mine)
    owed = sum(lot.remaining for lot in mine_left) - total
    return Balance(total, available(mine_left, now, rolling, owed), pending(mine_left, now), owed, rolling)


def _bad_lots(lots: Iterable[Lot]) -> Iterator[str]:
    for lot in lots:
        if not 0 <= lot.remaining <= lot.original:
            yield f"lot {lot.id}: {lot.remaining} of {lot.original} left"


def _bad_entries(entries: Iterable[Posted], lots: Iterable[Opened], taken: Iterable[Taken]) -> Iterator[str]:
    """Each entry moves in lots what it says, less what it adds to the debt or pays of it."""
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
        owed[entry.unit] += moved[entry.id] - entry.quantity
        if not low <= moved[entry.id] <= high or owed[entry.unit] < 0:
            yield f"entry {entry.id}: says {entry.quantity}, lots say {moved[entry.id]}"


def _bad_reversals(entries: Iterable[Posted]) -> Iterator[str]:
    """Nothing is taken back twice."""
    quantities = {entry.id: entry.quantity for entry in entries}
    reversed_: Counter[int] = Counter()
    for entry in entries:
        if entry.reverses is not None:
            reversed_[entry.reverses] += entry.quantity
    for entry_id, quantity in reversed_.items():
        low, high = sorted((0, -quantities.get(entry_id, 0)))
        if not low <= quantity <= high:
            yield f"entry {entry_id}: {quantities.get(entry_id)}, but {quantity} was taken back"
