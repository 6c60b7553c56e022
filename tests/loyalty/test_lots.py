"""Which lot pays, which gets back, and what is left."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.expiry import close, grace_terms, last_valid_day
from walletpass.loyalty.local_days import end_of_day
from walletpass.loyalty.lots import (
    Lot,
    Parts,
    Restoration,
    absorb,
    allocate,
    available,
    end_of,
    find_ended,
    has_begun,
    has_ended,
    list_ends,
    pending,
    restore,
)
from walletpass.loyalty.units import Unit

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def lot(
    id: int,  # noqa: A002
    remaining: int,
    ends: datetime | None = None,
    *,
    original: int | None = None,
    begins: datetime | None = None,
    rolls: bool = False,
    latest_at: datetime | None = None,
) -> Lot:
    of = remaining if original is None else original
    return Lot(id, Unit.POINTS, of, remaining, date(2026, 1, 10), begins, ends, rolls, latest_at)


def through(month: int, day: int) -> datetime:
    return end_of_day(date(2026, month, day), AMSTERDAM)


def take(lots: list[Lot], parts: Parts, sign: int = 1) -> list[Lot]:
    """The lots after that was taken; with -1: after it was given back."""
    taken = dict(parts)
    return [replace(each, remaining=each.remaining - sign * taken.get(each.id, 0)) for each in lots]


def abc() -> list[Lot]:
    """A 100 through 31 March, B 50 through 28 February, C 30 without an end."""
    return [lot(1, 100, through(3, 31)), lot(2, 50, through(2, 28)), lot(3, 30)]


instants = st.integers(-40, 40).map(lambda days: NOW + days * DAY)


lots_of_one_unit = st.lists(
    st.builds(
        lot,
        st.integers(1, 99),
        st.integers(0, 50),
        st.none() | instants,
        original=st.just(50),
        begins=st.none() | instants,
        rolls=st.booleans(),
        latest_at=st.none() | instants,
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


def test_what_runs_out_soonest_pays_first() -> None:
    """120 of A 100 (31 March), B 50 (28 February), C 30 (never): B 50 and A 70; A 30 and C 30 are left."""
    spent = allocate(abc(), 120, NOW, None)
    assert (spent.parts, spent.missing) == (((2, 50), (1, 70)), 0)
    assert [each.remaining for each in take(abc(), spent.parts)] == [30, 0, 30]


def test_what_is_given_back_after_its_end_comes_as_a_new_lot_with_days_of_grace() -> None:
    """The redemption of 120 reversed on 5 March: A is back to 100, B's 50 are new, through 19 March."""
    reversed_at = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
    parts = allocate(abc(), 120, NOW, None).parts
    assert restore(parts, abc(), reversed_at, None) == Restoration(absorbed=0, parts=((1, 70),), anew=50)
    ends = grace_terms(14, reversed_at, AMSTERDAM).expires_at
    assert ends is not None
    assert last_valid_day(ends, AMSTERDAM) == date(2026, 3, 19)


def test_an_end_never_takes_what_was_spent_already() -> None:
    """100 earned, 60 spent, the date passes, 40 earned: 0, then 40; never -60, then -20."""
    lots = take([lot(1, 100, through(2, 28))], allocate([lot(1, 100, through(2, 28))], 60, NOW, None).parts)
    later = through(2, 28)
    assert available(lots, later - timedelta(microseconds=1), None) == 40
    assert available(lots, later, None) == 0
    assert [each.remaining for each in find_ended(lots, later, None)] == [40]
    assert available([*lots, lot(2, 40)], later, None) == 40


def test_units_spent_before_they_are_taken_back_are_owed() -> None:
    """70 earned, 50 spent, 35 taken back: 20 are there, 15 are owed; the next credit pays them first."""
    lots = [lot(1, 20, original=70)]
    taken = allocate(lots, 35, NOW, None, first=1)
    assert (taken.parts, taken.missing) == (((1, 20),), 15)
    assert available(take(lots, taken.parts), NOW, None, deficit=15) == -15
    assert (absorb(10, 15), absorb(40, 15)) == (10, 15)


def test_the_reversed_earns_own_lot_pays_first_even_while_it_has_to_wait() -> None:
    """Whatever ends sooner stays, and units on hold can be taken back."""
    lots = [lot(1, 50, through(2, 28)), lot(2, 50, begins=NOW + DAY)]
    assert allocate(lots, 60, NOW, None, first=2).parts == ((2, 50), (1, 10))
    assert allocate(lots, 60, NOW, None).missing == 10


def test_units_on_hold_are_pending_until_their_instant() -> None:
    """Neither before nor after are they counted twice."""
    lots = [lot(1, 5), lot(2, 7, begins=NOW + DAY)]
    assert (available(lots, NOW, None), pending(lots, NOW)) == (5, 7)
    assert (available(lots, NOW + DAY, None), pending(lots, NOW + DAY)) == (12, 0)


def test_one_rolling_date_ends_all_lots_that_roll() -> None:
    """But none later than its own latest date, and none sooner than a date it was promised."""
    rolling = NOW + 30 * DAY
    assert end_of(lot(1, 1, rolls=True), rolling) == rolling
    assert end_of(lot(1, 1, rolls=True, latest_at=NOW + DAY), rolling) == NOW + DAY
    assert end_of(lot(1, 1, NOW + 90 * DAY, rolls=True), rolling) == NOW + 90 * DAY
    assert end_of(lot(1, 1, NOW + DAY), rolling) == NOW + DAY
    assert end_of(lot(1, 1), rolling) is None


def test_a_rolling_date_that_moves_later_gives_nothing_back_to_a_closed_lot() -> None:
    """What has run out stays so: given back, it is new."""
    rolled = lot(1, 0, original=100, rolls=True)
    ended = NOW - DAY
    terms = close(rolled, ended)
    closed = replace(rolled, expires_at=terms.expires_at, rolls=terms.rolls, latest_at=terms.latest_at)
    assert restore(((1, 60),), [closed], NOW, NOW + 30 * DAY) == Restoration(0, (), 60)


def test_units_given_back_pay_what_is_owed_first() -> None:
    """From what would run out soonest, so that the member keeps what lasts."""
    lots = [lot(1, 0, through(3, 31), original=9), lot(2, 0, through(2, 28), original=9)]
    assert restore(((1, 5), (2, 5)), lots, NOW, None, deficit=7) == Restoration(7, ((1, 3),), 0)


def test_the_next_end_is_told_with_all_that_ends_then() -> None:
    """Ends that have passed are still listed: they have to be posted."""
    lots = [
        *abc(),
        lot(4, 5, through(2, 28)),
        lot(5, 9, through(1, 15)),
        lot(6, 0, through(2, 15), original=4),
    ]
    assert list_ends(lots, None) == [(through(1, 15), 9), (through(2, 28), 55), (through(3, 31), 100)]


@given(lots_of_one_unit, st.integers(0, 300), st.none() | instants)
def test_a_debit_takes_all_that_can_be_used_before_anything_is_missing(
    lots: list[Lot], quantity: int, rolling: datetime | None
) -> None:
    """Parts and what is missing add up; no lot gives more than it has, none gives twice."""
    spent = allocate(lots, quantity, NOW, rolling)
    left = {each.id: each.remaining for each in lots}
    assert sum(part for _, part in spent.parts) + spent.missing == quantity
    assert all(0 < part <= left[lot_id] for lot_id, part in spent.parts)
    assert len(dict(spent.parts)) == len(spent.parts)
    there = sum(each.remaining for each in lots if has_begun(each, NOW))
    assert spent.missing == max(0, quantity - there)


@given(lots_of_one_unit, st.integers(1, 300), st.none() | instants)
def test_nothing_is_taken_while_something_that_ends_sooner_is_left(
    lots: list[Lot], quantity: int, rolling: datetime | None
) -> None:
    """Of equal ends the older lot goes first; nothing on hold is touched."""

    def turn(each: Lot) -> tuple[float, int]:
        end = end_of(each, rolling)
        return (end.timestamp() if end else float("inf")), each.id

    spent = dict(allocate(lots, quantity, NOW, rolling).parts)
    usable = [each for each in lots if each.remaining and has_begun(each, NOW)]
    assert set(spent) <= {each.id for each in usable}
    touched = [each for each in usable if each.id in spent]
    emptied = {each.id for each in touched if spent[each.id] == each.remaining}
    for each in touched:
        assert all(other.id in emptied for other in usable if turn(other) < turn(each))


@given(lots_of_one_unit, st.integers(0, 300), st.none() | instants)
def test_giving_back_at_once_leaves_everything_as_it_was(
    lots: list[Lot], quantity: int, rolling: datetime | None
) -> None:
    """A redemption undone in time changes nothing."""
    lots = [each for each in lots if not has_ended(each, NOW, rolling)]
    parts = allocate(lots, quantity, NOW, rolling).parts
    given_back = restore(parts, lots, NOW, rolling)
    assert (given_back.absorbed, given_back.anew) == (0, 0)
    assert take(take(lots, parts), given_back.parts, -1) == lots


@given(lots_of_one_unit, st.integers(0, 300), st.none() | instants, instants, st.integers(0, 400))
def test_what_is_given_back_is_neither_more_nor_less_than_was_taken(
    lots: list[Lot], quantity: int, rolling: datetime | None, later: datetime, deficit: int
) -> None:
    """Whatever has ended or is owed meanwhile; no lot gets more than it gave, no ended lot gets anything."""
    parts = allocate(lots, quantity, NOW, rolling).parts
    given_back = restore(parts, lots, later, rolling, deficit)
    total = sum(part for _, part in parts)
    assert given_back.absorbed + sum(part for _, part in given_back.parts) + given_back.anew == total
    assert given_back.absorbed == min(total, deficit)
    assert all(0 < part <= dict(parts)[lot_id] for lot_id, part in given_back.parts)
    ended = {each.id for each in lots if (end := end_of(each, rolling)) and end <= later}
    assert ended.isdisjoint(dict(given_back.parts))


@given(lots_of_one_unit, st.none() | instants)
def test_every_unit_is_usable_on_hold_or_ended(lots: list[Lot], rolling: datetime | None) -> None:
    """None is lost between the three, and only what waits may be in two."""
    ended = find_ended(lots, NOW, rolling)
    both = pending(ended, NOW)
    parts = available(lots, NOW, rolling) + pending(lots, NOW) + sum(each.remaining for each in ended) - both
    assert parts == sum(each.remaining for each in lots)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_an_end_is_the_first_instant_at_which_units_are_gone(days: int) -> None:
    """Not one microsecond sooner."""
    ends = NOW + days * DAY
    assert available([lot(1, 5, ends)], NOW, None) == (5 if ends > NOW else 0)
