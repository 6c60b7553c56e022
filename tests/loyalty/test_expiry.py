"""When units run out, and that no date ever comes sooner."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.durations import read_duration, spell_duration
from walletpass.loyalty.expiry import (
    close,
    extend,
    extended_units,
    last_valid_day,
    lengthen,
    lot_terms,
    reopen,
    roll,
    tell_extension,
)
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.ledger import EntryKind, LotTerms
from walletpass.loyalty.local_days import (
    add_duration,
    add_months,
    at_local_time,
    end_of_day,
    local_day,
    subtract_duration,
)
from walletpass.loyalty.lots import Lot, end_of
from walletpass.loyalty.program import Program, ProgramKind
from walletpass.loyalty.units import Unit

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
CAIRO = ZoneInfo("Africa/Cairo")
ZONES = (AMSTERDAM, SAO_PAULO, CAIRO, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia"))
MICROSECOND = timedelta(microseconds=1)
ROLLING = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=6))

zones = st.sampled_from(ZONES)
instants = st.integers(0, 28 * 365 * 24 * 60).map(
    lambda minutes: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
durations = st.builds(Duration, months=st.integers(0, 40), days=st.integers(0, 400))
policies = st.builds(
    ExpiryPolicy,
    st.sampled_from(ExpiryKind),
    durations,
    st.sampled_from(Span),
    st.dates(date(2009, 1, 1), date(2040, 1, 1)),
    durations,
)


def noon(year: int, month: int, day: int, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return at_local_time(date(year, month, day), time(12), zone)


def last_day(policy: ExpiryPolicy, earned_at: datetime) -> date:
    ends = lot_terms(policy, earned_at, AMSTERDAM).expires_at
    assert ends is not None
    return last_valid_day(ends, AMSTERDAM)


def lot_of(terms: LotTerms, earned_on: date = date(2026, 1, 10)) -> Lot:
    return Lot(
        1,
        Unit.POINTS,
        10,
        10,
        earned_on,
        terms.available_from,
        terms.expires_at,
        terms.rolls,
        terms.latest_at,
    )


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_a_month_without_that_day_ends_the_count_on_its_last(day: date, months: int, then: date) -> None:
    """And no month further."""
    assert add_months(day, months) == then


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-900, 900))
def test_months_are_counted_as_a_calendar_shows_them(day: date, months: int) -> None:
    """The month is exact; the day is the same, or the last one of a shorter month."""
    then = add_months(day, months)
    assert (then.year - day.year) * 12 + then.month - day.month == months
    assert then.day == day.day or (then.day < day.day and (then + timedelta(days=1)).day == 1)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), durations)
def test_days_counted_on_and_back_never_pass_each_other(day: date, duration: Duration) -> None:
    """Going back from an end never leads past the day it was counted from."""
    assert subtract_duration(add_duration(day, duration), Duration(days=duration.days)) == add_months(
        day, duration.months
    )
    assert add_duration(day, duration) >= day >= subtract_duration(day, duration)


def test_a_date_on_the_night_of_the_clock_change_is_valid_to_its_last_minute() -> None:
    """ "25 Oct 2026" in Amsterdam, a day of 25 hours: valid at 23:59 local, gone a minute later."""
    ends = end_of_day(date(2026, 10, 25), AMSTERDAM)
    assert ends == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    assert at_local_time(date(2026, 10, 25), time(23, 59), AMSTERDAM) < ends
    assert last_valid_day(ends, AMSTERDAM) == date(2026, 10, 25)
    assert ends - end_of_day(date(2026, 10, 24), AMSTERDAM) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        (SAO_PAULO, date(2018, 11, 3), datetime(2018, 11, 4, 3, 0, tzinfo=UTC)),
        (CAIRO, date(2026, 4, 23), datetime(2026, 4, 23, 22, 0, tzinfo=UTC)),
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 29), datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_day_before_one_without_midnight_ends_where_the_clock_goes_on(
    zone: ZoneInfo, day: date, ends: datetime
) -> None:
    """The last minute of that day is inside, the first of the next is not; no hour is lost or given away."""
    assert end_of_day(day, zone) == ends
    assert local_day(ends - MICROSECOND, zone) == day
    assert local_day(ends, zone) > day


@given(zones, st.dates(date(2012, 1, 1), date(2037, 1, 1)))
def test_a_day_ends_exactly_once_whatever_the_clocks_do(zone: ZoneInfo, day: date) -> None:
    """The microsecond before is that day, the instant is not, and it does not come back."""
    ends = end_of_day(day, zone)
    assert last_valid_day(ends, zone) == day
    assert local_day(ends - MICROSECOND, zone) == day
    assert all(local_day(ends + timedelta(minutes=m), zone) > day for m in (0, 30, 60, 90, 180))


@pytest.mark.parametrize(
    ("policy", "earned", "through"),
    [
        (ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=1)), (2026, 1, 31), date(2026, 2, 28)),
        (ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=6)), (2026, 8, 31), date(2027, 2, 28)),
        (ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=90)), (2026, 1, 1), date(2026, 4, 1)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.MONTH), (2028, 2, 10), date(2028, 2, 29)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.QUARTER), (2026, 3, 31), date(2026, 3, 31)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.QUARTER), (2026, 4, 1), date(2026, 6, 30)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.HALF_YEAR), (2026, 7, 1), date(2026, 12, 31)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.YEAR), (2026, 12, 31), date(2026, 12, 31)),
        (ExpiryPolicy(ExpiryKind.END_OF_PERIOD, Duration(12), Span.YEAR), (2026, 5, 5), date(2027, 12, 31)),
        (ExpiryPolicy(ExpiryKind.FIXED_DATE, on=date(2026, 10, 25)), (2026, 5, 5), date(2026, 10, 25)),
    ],
)
def test_each_policy_names_a_last_valid_day(
    policy: ExpiryPolicy, earned: tuple[int, int, int], through: date
) -> None:
    """Units earned on the last day of a period are valid on that day."""
    assert last_day(policy, noon(*earned)) == through


def test_units_that_never_end_and_units_that_roll_have_no_date_of_their_own() -> None:
    """Only the shorter of two rules gives those that roll a latest date."""
    earned_at = noon(2026, 1, 10)
    assert lot_terms(ExpiryPolicy(), earned_at, AMSTERDAM) == LotTerms()
    assert lot_terms(ROLLING, earned_at, AMSTERDAM) == LotTerms(rolls=True)
    at_most = ExpiryPolicy(ExpiryKind.FIRST_OF, Duration(6), at_most=Duration(months=24))
    assert lot_terms(at_most, earned_at, AMSTERDAM) == LotTerms(
        rolls=True, latest_at=end_of_day(date(2028, 1, 10), AMSTERDAM)
    )


def test_the_day_of_earning_is_the_programs_not_greenwichs() -> None:
    """23:30 UTC on the 9th is the 10th in Amsterdam."""
    policy = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=6))
    assert last_day(policy, datetime(2026, 1, 9, 23, 30, tzinfo=UTC)) == date(2026, 7, 10)


def test_an_order_moves_everything_that_rolls_six_months_on() -> None:
    """10 January: through 10 July; a second order on 1 May: through 1 November."""
    first = roll(ROLLING, noon(2026, 1, 10), AMSTERDAM, None)
    assert last_valid_day(first, AMSTERDAM) == date(2026, 7, 10)
    assert last_valid_day(roll(ROLLING, noon(2026, 5, 1), AMSTERDAM, first), AMSTERDAM) == date(2026, 11, 1)


def test_a_rolling_date_is_never_moved_back() -> None:
    """Neither by something that arrives late nor by a shorter policy."""
    present = roll(ROLLING, noon(2026, 5, 1), AMSTERDAM, None)
    assert roll(ROLLING, noon(2026, 4, 1), AMSTERDAM, present) == present
    shorter = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=1))
    assert roll(shorter, noon(2026, 5, 2), AMSTERDAM, present) == present


@given(st.lists(instants, min_size=1), zones, durations)
def test_a_rolling_date_follows_the_latest_activity_in_whatever_order_they_arrive(
    at: list[datetime], zone: ZoneInfo, duration: Duration
) -> None:
    """Late arrivals make no difference."""
    policy = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, duration)
    rolling = None
    for each in at:
        rolling = roll(policy, each, zone, rolling)
    assert rolling == roll(policy, max(at), zone, None)
    assert rolling > max(at)


@pytest.mark.parametrize(
    ("kind", "entry", "quantity", "moves"),
    [
        (ExpiryKind.ROLLING_ON_EARN, EntryKind.EARN, 1, True),
        (ExpiryKind.ROLLING_ON_EARN, EntryKind.BONUS, 1, True),
        (ExpiryKind.ROLLING_ON_EARN, EntryKind.ADJUST, -1, False),
        (ExpiryKind.ROLLING_ON_EARN, EntryKind.REDEEM, -1, False),
        (ExpiryKind.ROLLING_ON_EARN, EntryKind.REVERSE_REDEEM, 1, False),
        (ExpiryKind.ROLLING_ON_ACTIVITY, EntryKind.REDEEM, -1, True),
        (ExpiryKind.ROLLING_ON_ACTIVITY, EntryKind.CONVERT, -1, True),
        (ExpiryKind.ROLLING_ON_ACTIVITY, EntryKind.EXPIRE, -1, False),
        (ExpiryKind.FIRST_OF, EntryKind.EARN, 1, True),
        (ExpiryKind.FIRST_OF, EntryKind.REDEEM, -1, False),
        (ExpiryKind.FIXED_DURATION, EntryKind.EARN, 1, False),
    ],
)
def test_what_moves_a_rolling_date(kind: ExpiryKind, entry: EntryKind, quantity: int, moves: bool) -> None:
    """Credits do; uses only where the policy says activity; nothing does where nothing rolls."""
    program = Program((), AMSTERDAM, expiry=ExpiryPolicy(kind, Duration(months=6)))
    moved = (Unit.POINTS,) if moves else ()
    assert extended_units(program, entry, Unit.POINTS, quantity) == moved


@pytest.mark.parametrize(
    ("kind", "units"),
    [
        (ProgramKind.STAMPS, {Unit.STAMPS}),
        (ProgramKind.POINTS, {Unit.POINTS}),
        (ProgramKind.MIXED, {Unit.STAMPS, Unit.POINTS}),
    ],
)
def test_a_reward_that_is_used_keeps_all_units(kind: ProgramKind, units: set[Unit]) -> None:
    """Its entry moves none, whatever unit stands in it."""
    policy = ExpiryPolicy(ExpiryKind.ROLLING_ON_ACTIVITY, Duration(months=6))
    program = Program((), AMSTERDAM, kind=kind, expiry=policy)
    assert set(extended_units(program, EntryKind.REDEEM, Unit.STAMPS, 0)) == units


def test_a_moved_date_is_told_by_an_entry_without_a_quantity() -> None:
    """It names the unit and the instant, as JSON."""
    until = roll(ROLLING, noon(2026, 1, 10), AMSTERDAM, None)
    line = tell_extension(Unit.POINTS, until)
    assert (line.kind, line.quantity, line.unit) == (EntryKind.EXTEND_EXPIRY, 0, Unit.POINTS)
    assert line.breakdown == {"until": "2026-07-10T22:00:00+00:00"}


@given(policies, policies, instants, zones, instants, instants, st.booleans())
def test_a_change_of_policy_only_lengthens(
    old: ExpiryPolicy,
    new: ExpiryPolicy,
    earned_at: datetime,
    zone: ZoneInfo,
    now: datetime,
    rolling_at: datetime,
    has_rolled: bool,
) -> None:
    """Each lot lasts to the later of both dates, also after the rolling date moves; what has ended stays so."""
    rolling = rolling_at if old.rolls or has_rolled else None
    earned_on = local_day(earned_at, zone)
    lot = lot_of(lot_terms(old, earned_at, zone), earned_on)
    by_new = lot_of(lot_terms(new, earned_at, zone), earned_on)
    longer = lot_of(lengthen(lot, new, zone, now, rolling), earned_on)
    before = end_of(lot, rolling)
    if before is not None and before <= now:
        assert longer == lot
        return
    for at in (rolling, roll(new, now, zone, rolling)):
        assert last(longer, at) >= last(lot, at)
        if at is not None:
            assert last(longer, at) >= last(by_new, at)


def last(lot: Lot, rolling: datetime | None) -> datetime:
    return end_of(lot, rolling) or datetime.max.replace(tzinfo=UTC)


def test_a_merchant_can_let_units_last_longer_but_not_shorter_and_cannot_revive_them() -> None:
    """A lot that rolls keeps rolling beside the date it was given."""
    now = noon(2026, 2, 1)
    fixed = lot_of(LotTerms(end_of_day(date(2026, 3, 1), AMSTERDAM)))
    december = end_of_day(date(2026, 12, 1), AMSTERDAM)
    assert extend(fixed, date(2026, 12, 1), AMSTERDAM, now, None) == LotTerms(december)
    assert extend(fixed, date(2026, 2, 1), AMSTERDAM, now, None) == LotTerms(fixed.expires_at)
    assert extend(fixed, date(2026, 12, 1), AMSTERDAM, noon(2026, 3, 2), None) == LotTerms(fixed.expires_at)
    rolls = lot_of(LotTerms(rolls=True))
    assert extend(rolls, date(2026, 12, 1), AMSTERDAM, now, now + timedelta(days=9)) == LotTerms(
        december, rolls=True
    )
    assert extend(lot_of(LotTerms()), date(2026, 12, 1), AMSTERDAM, now, None) == LotTerms()


def test_what_happened_in_time_but_arrives_late_reopens_a_lot_that_was_closed_meanwhile() -> None:
    """A stamp given offline on the last valid day counts; one of the day after does not, nor for fixed dates."""
    ended = end_of_day(date(2026, 7, 10), AMSTERDAM)
    closed = lot_of(close(lot_of(LotTerms(rolls=True)), ended))
    assert end_of(closed, at_local_time(date(2027, 1, 1), time(0), AMSTERDAM)) == ended
    now = noon(2026, 7, 12)
    assert reopen(closed, ROLLING, noon(2026, 7, 10), AMSTERDAM, now) == LotTerms(rolls=True)
    assert reopen(closed, ROLLING, noon(2026, 7, 11), AMSTERDAM, now) is None
    assert reopen(closed, ROLLING, noon(2026, 7, 10), AMSTERDAM, noon(2027, 1, 11)) is None
    assert reopen(closed, ExpiryPolicy(), noon(2026, 7, 10), AMSTERDAM, now) is None
    fixed = lot_of(close(lot_of(LotTerms(ended)), ended))
    assert reopen(fixed, ROLLING, noon(2026, 7, 10), AMSTERDAM, now) is None


def test_a_late_arrival_moves_no_lot_beyond_its_latest_date() -> None:
    """A lot that was closed by it stays closed."""
    policy = ExpiryPolicy(ExpiryKind.FIRST_OF, Duration(months=6), at_most=Duration(months=8))
    latest = end_of_day(date(2026, 9, 10), AMSTERDAM)
    closed = lot_of(close(lot_of(LotTerms(rolls=True, latest_at=latest)), latest))
    assert reopen(closed, policy, noon(2026, 9, 10), AMSTERDAM, noon(2026, 9, 12)) is None
    rolled_out = end_of_day(date(2026, 7, 10), AMSTERDAM)
    closed = lot_of(close(lot_of(LotTerms(rolls=True, latest_at=latest)), rolled_out))
    assert reopen(closed, policy, noon(2026, 7, 10), AMSTERDAM, noon(2026, 7, 12)) == LotTerms(
        rolls=True, latest_at=latest
    )


@given(durations)
def test_durations_survive_being_written(duration: Duration) -> None:
    """Also none at all."""
    assert read_duration(spell_duration(duration)) == duration


@pytest.mark.parametrize("text", ["", "P", "P1Y", "PT3H", "P-1M", "P1M ", "P٣M", "P999999D", "p1m", "P1D1M"])
def test_other_texts_are_no_durations(text: str) -> None:
    """Hours and years are not the calendar's."""
    assert read_duration(text) is None
