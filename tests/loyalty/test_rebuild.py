"""Balances follow from the ledger alone, and a ledger that contradicts itself is found."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.lots import Lot, absorb, allocate, available, restore
from walletpass.loyalty.rebuild import Balance, Opened, Posted, Taken, rebuild
from walletpass.loyalty.units import Unit

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Ledger:
    """Posts as the write path does, and remembers the lots as it caches them."""

    def __init__(self) -> None:
        self.entries: list[Posted] = []
        self.opened: list[Opened] = []
        self.taken: list[Taken] = []
        self.lots: dict[int, Lot] = {}
        self.owed = 0

    def credit(self, quantity: int, ends: datetime | None = None, begins: datetime | None = None) -> int:
        entry_id = self._append(EntryKind.EARN, quantity)
        lot_id = self._open(entry_id, quantity, ends, begins)
        self._move(entry_id, lot_id, absorbed := absorb(quantity, self.owed))
        self.owed -= absorbed
        return entry_id

    def debit(self, kind: EntryKind, quantity: int, reverses: int | None = None) -> int:
        first = next((o.lot.id for o in self.opened if o.entry_id == reverses), None)
        chosen = allocate(self.lots.values(), quantity, NOW, None, first)
        if kind is EntryKind.REDEEM:
            quantity -= chosen.missing
        else:
            self.owed += chosen.missing
        entry_id = self._append(kind, -quantity, reverses)
        for lot_id, part in chosen.parts:
            self._move(entry_id, lot_id, part)
        return entry_id

    def give_back(self, debit: int) -> None:
        parts = tuple((each.lot_id, each.quantity) for each in self.taken if each.entry_id == debit)
        given = restore(parts, self.lots.values(), NOW, None, self.owed)
        entry_id = self._append(EntryKind.REVERSE_REDEEM, sum(part for _, part in parts), debit)
        self.owed -= given.absorbed
        for lot_id, part in given.parts:
            self._move(entry_id, lot_id, -part)
        if given.anew:
            self._open(entry_id, given.anew, NOW + 14 * DAY, None)

    def _append(self, kind: EntryKind, quantity: int, reverses: int | None = None) -> int:
        self.entries.append(Posted(len(self.entries) + 1, kind, Unit.POINTS, quantity, reverses))
        return len(self.entries)

    def _open(self, entry_id: int, quantity: int, ends: datetime | None, begins: datetime | None) -> int:
        lot_id = len(self.opened) + 100
        self.lots[lot_id] = Lot(lot_id, Unit.POINTS, quantity, quantity, date(2026, 1, 1), begins, ends)
        self.opened.append(Opened(entry_id, replace(self.lots[lot_id], remaining=-1)))
        return lot_id

    def _move(self, entry_id: int, lot_id: int, quantity: int) -> None:
        if quantity:
            self.taken.append(Taken(entry_id, lot_id, quantity))
            lot = self.lots[lot_id]
            self.lots[lot_id] = replace(lot, remaining=lot.remaining - quantity)


def test_a_refund_after_spending_is_owed_and_paid_by_the_next_credit() -> None:
    """70 earned, 50 spent, 35 taken back: -15; then 40 earned: 25."""
    ledger = Ledger()
    earned = ledger.credit(70)
    ledger.debit(EntryKind.REDEEM, 50)
    ledger.debit(EntryKind.REVERSE_EARN, 35, earned)
    parts = (ledger.entries, ledger.opened, ledger.taken, NOW)
    assert rebuild(*parts).balances[Unit.POINTS] == Balance(-15, -15, 0, 15, None)
    ledger.credit(40)
    rebuilt = rebuild(*parts)
    assert rebuilt.balances[Unit.POINTS] == Balance(25, 25, 0, 0, None)
    assert (rebuilt.remaining, rebuilt.breaches) == ({100: 0, 101: 25}, ())


moves = st.lists(
    st.tuples(
        st.sampled_from("cdrg"), st.integers(1, 40), st.sampled_from([None, -3, 5]), st.integers(0, 20)
    ),
    max_size=20,
)


@given(moves)
def test_what_the_write_path_keeps_is_what_the_ledger_says(
    steps: list[tuple[str, int, int | None, int]],
) -> None:
    """Whatever is earned, spent, taken back and given back, in whatever order."""
    ledger = Ledger()
    earns: list[int] = []
    spent: list[int] = []
    for step, quantity, days, pick in steps:
        if step == "c":
            earns.append(ledger.credit(quantity, NOW + days * DAY if days else None))
        elif step == "d":
            spent.append(ledger.debit(EntryKind.REDEEM, quantity))
        elif step == "r" and earns:
            earn = earns.pop(pick % len(earns))
            ledger.debit(EntryKind.REVERSE_EARN, ledger.entries[earn - 1].quantity, earn)
        elif step == "g" and spent:
            ledger.give_back(spent.pop(pick % len(spent)))
    rebuilt = rebuild(ledger.entries, ledger.opened, ledger.taken, NOW)
    assert rebuilt.breaches == ()
    assert rebuilt.remaining == {each.id: each.remaining for each in ledger.lots.values()}
    balance = rebuilt.balances[Unit.POINTS]
    assert balance.owed == ledger.owed
    assert balance.available == available(ledger.lots.values(), NOW, None, ledger.owed)


def test_units_of_two_kinds_and_units_on_hold_are_told_apart() -> None:
    """The rolling date is the farthest that any entry moved it to."""
    stamps = Lot(1, Unit.STAMPS, 3, 0, date(2026, 1, 1), rolls=True)
    points = Lot(2, Unit.POINTS, 9, 0, date(2026, 1, 1), NOW + DAY)
    entries = [
        Posted(1, EntryKind.EARN, Unit.STAMPS, 3, None, (Unit.STAMPS,), NOW + 9 * DAY),
        Posted(2, EntryKind.EARN, Unit.POINTS, 9),
        Posted(3, EntryKind.REDEEM, Unit.STAMPS, 0, None, (Unit.STAMPS,), NOW + 5 * DAY),
    ]
    rebuilt = rebuild(entries, [Opened(1, stamps), Opened(2, points)], [], NOW)
    assert rebuilt.balances[Unit.STAMPS] == Balance(3, 3, 0, 0, NOW + 9 * DAY)
    assert rebuilt.balances[Unit.POINTS] == Balance(9, 0, 9, 0, None)
    assert rebuild(entries, [Opened(1, stamps)], [], NOW + 9 * DAY).balances[Unit.STAMPS].available == 0


def test_a_card_from_before_there_were_lots_is_accepted() -> None:
    """Its one lot holds what all its entries left."""
    entries = [
        Posted(1, EntryKind.EARN, Unit.STAMPS, 9, before_lots=True),
        Posted(2, EntryKind.CONVERT, Unit.STAMPS, -8, before_lots=True),
        Posted(3, EntryKind.EARN, Unit.STAMPS, 1, before_lots=True),
        Posted(4, EntryKind.EARN, Unit.STAMPS, 1),
    ]
    lots = [
        Opened(3, Lot(1, Unit.STAMPS, 2, 2, date(2026, 1, 1))),
        Opened(4, Lot(2, Unit.STAMPS, 1, 1, date(2026, 1, 1))),
    ]
    rebuilt = rebuild(entries, lots, [], NOW)
    assert rebuilt.breaches == ()
    assert rebuilt.balances[Unit.STAMPS] == Balance(3, 3, 0, 0, None)


EARN = Posted(1, EntryKind.EARN, Unit.POINTS, 10)
SPEND = Posted(2, EntryKind.REDEEM, Unit.POINTS, -4)
LOT = Opened(1, Lot(1, Unit.POINTS, 10, 10, date(2026, 1, 1)))
BACK = Posted(3, EntryKind.REVERSE_REDEEM, Unit.POINTS, 4, reverses=2)


@pytest.mark.parametrize(
    ("entries", "lots", "taken", "breach"),
    [
        ([EARN], [], [], (1, "says 10, lots say 0")),
        ([EARN, SPEND], [LOT], [Taken(2, 1, 5)], (2, "says -4, lots say -5")),
        ([EARN, SPEND], [LOT], [Taken(2, 1, -4)], (2, "says -4, lots say 4")),
        ([EARN, SPEND._replace(quantity=-11)], [LOT], [Taken(2, 1, 11)], (None, "lot 1: -1 of 10 left")),
        (
            [EARN, SPEND, BACK, BACK._replace(id=4)],
            [LOT],
            [Taken(2, 1, 4), Taken(3, 1, -4), Taken(4, 1, -4)],
            (2, "8 of it was taken back"),
        ),
        (
            [EARN, SPEND, BACK._replace(reverses=1)],
            [LOT],
            [Taken(3, 1, -4)],
            (3, "takes back what it cannot"),
        ),
        ([EARN], [LOT], [Taken(7, 1, 1)], (None, "lot 1: no entry of this account took from it")),
        ([EARN], [LOT, LOT._replace(entry_id=7)], [], (None, "lot 1: no entry of this account opened it")),
        ([EARN, BACK._replace(reverses=9)], [LOT], [Taken(3, 1, -4)], (9, "4 of it was taken back")),
    ],
)
def test_a_ledger_that_contradicts_itself_says_where(
    entries: list[Posted], lots: list[Opened], taken: list[Taken], breach: tuple[int | None, str]
) -> None:
    """Credits without a lot, debits that take more or less than they say, the same thing taken back twice."""
    found = rebuild(entries, lots, taken, NOW).breaches
    assert breach in [(each.entry_id, each.what) for each in found]
