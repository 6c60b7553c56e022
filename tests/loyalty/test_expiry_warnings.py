"""When members are warned that units run out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.expiry import last_valid_day, lot_terms, roll
from walletpass.loyalty.expiry_policy import WARNINGS, Duration, ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.local_days import at_local_time, end_of_day, local_day
from walletpass.loyalty.lots import Lot, list_ends
from walletpass.loyalty.units import Unit
from walletpass.loyalty.warnings import ExpiryWarning, due_warnings, last_note_at, next_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ROLLING = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=6))
FIXED = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(months=6))


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return at_local_time(date(year, month, day), time(hour), AMSTERDAM)


def earn(policy: ExpiryPolicy, earned_at: datetime, quantity: int = 10, lot_id: int = 1) -> Lot:
    terms = lot_terms(policy, earned_at, AMSTERDAM)
    earned_on = local_day(earned_at, AMSTERDAM)
    return Lot(
        lot_id,
        Unit.POINTS,
        quantity,
        quantity,
        earned_on,
        None,
        terms.expires_at,
        terms.rolls,
        terms.latest_at,
    )


def follow(
    lots: list[Lot], rolling: datetime | None, policy: ExpiryPolicy, now: datetime
) -> Iterator[tuple[datetime, ExpiryWarning | None]]:
    """Ring as the due row does, from `now` to the last end: each ring with what is sent."""
    used: set[tuple[datetime, str]] = set()
    ends = list_ends(lots, rolling)
    while now < ends[-1][0]:
        moment = next_moment([end for end in ends if end[0] > now], policy, AMSTERDAM, now, used)
        assert moment is not None
        now = moment
        sent = due_warnings(lots, rolling, policy, AMSTERDAM, now, used)
        used |= {(each.expires_at, each.offset) for each in sent}
        yield from ((now, each) for each in sent or (None,))


def warned_on(lots: list[Lot], rolling: datetime | None, policy: ExpiryPolicy, now: datetime) -> list[date]:
    return [local_day(moment, AMSTERDAM) for moment, sent in follow(lots, rolling, policy, now) if sent]


def test_four_warnings_go_out_before_a_rolling_date() -> None:
    """An order on 10 January: through 10 July; warned on 10 May, 10 June, 26 June and 3 July at ten."""
    now = at(2026, 1, 10)
    rolling = roll(ROLLING, now, AMSTERDAM, None)
    rings = list(follow([earn(ROLLING, now)], rolling, ROLLING, now))
    assert [moment for moment, sent in rings if sent] == [
        at(2026, 5, 10, 10),
        at(2026, 6, 10, 10),
        at(2026, 6, 26, 10),
        at(2026, 7, 3, 10),
    ]
    assert [sent.offset for _, sent in rings if sent] == ["P2M", "P1M", "P14D", "P7D"]
    assert rings[-1] == (rolling, None)
    assert last_valid_day(rolling, AMSTERDAM) == date(2026, 7, 10)


def test_a_later_order_cancels_the_warnings_and_sets_new_ones() -> None:
    """A second order on 1 May: through 1 November; warned on 1 September, 1 and 18 and 25 October, not on 10 May."""
    first, second = at(2026, 1, 10), at(2026, 5, 1)
    rolling = roll(ROLLING, second, AMSTERDAM, roll(ROLLING, first, AMSTERDAM, None))
    lots = [earn(ROLLING, first), earn(ROLLING, second, lot_id=2)]
    assert warned_on(lots, rolling, ROLLING, second) == [
        date(2026, 9, 1),
        date(2026, 10, 1),
        date(2026, 10, 18),
        date(2026, 10, 25),
    ]
    assert due_warnings(lots, rolling, ROLLING, AMSTERDAM, at(2026, 5, 10), set()) == ()


def test_what_would_have_been_due_when_the_units_were_earned_is_not_sent() -> None:
    """Units that last twenty days are warned of twice, also where the account is looked at in between."""
    policy = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=20))
    now = at(2026, 3, 1)
    lots = [earn(policy, now)]
    assert due_warnings(lots, None, policy, AMSTERDAM, now, set()) == ()
    assert due_warnings(lots, None, policy, AMSTERDAM, at(2026, 3, 6), set()) == ()
    assert warned_on(lots, None, policy, now) == [date(2026, 3, 7), date(2026, 3, 14)]


def test_a_rolling_date_just_moved_is_not_warned_of_at_once() -> None:
    """Where units last one month, a use today makes "in one month" true, but nobody needs to hear it today."""
    policy = ExpiryPolicy(ExpiryKind.ROLLING_ON_ACTIVITY, Duration(months=1))
    used_at = at(2026, 3, 20, 8)
    rolling = roll(policy, used_at, AMSTERDAM, None)
    lots = [earn(policy, at(2026, 3, 1))]
    assert warned_on(lots, rolling, policy, used_at) == [date(2026, 4, 6), date(2026, 4, 13)]


def test_units_earned_on_the_morning_of_a_warning_do_not_silence_it() -> None:
    """Older units end on the same day and are told of with the new ones."""
    policy = ExpiryPolicy(ExpiryKind.END_OF_PERIOD, span=Span.YEAR)
    lots = [earn(policy, at(2026, 2, 1)), earn(policy, at(2026, 12, 17, 9), 5, lot_id=2)]
    sent = due_warnings(lots, None, policy, AMSTERDAM, at(2026, 12, 17, 10), set())
    assert sent == (ExpiryWarning(end_of_day(date(2026, 12, 31), AMSTERDAM), 15, "P14D"),)


def test_of_late_warnings_only_the_last_is_sent_and_the_others_never() -> None:
    """After an outage of weeks nobody gets three letters."""
    lots = [earn(FIXED, at(2026, 1, 10))]
    (sent,) = due_warnings(lots, None, FIXED, AMSTERDAM, at(2026, 6, 27), set())
    assert sent.offset == "P14D"
    used = {(sent.expires_at, sent.offset)}
    assert due_warnings(lots, None, FIXED, AMSTERDAM, at(2026, 6, 27), used) == ()
    assert due_warnings(lots, None, FIXED, AMSTERDAM, at(2026, 7, 3), used)[0].offset == "P7D"


def test_nothing_is_sent_where_nothing_is_left_or_all_is_over() -> None:
    """Nor for units that never run out."""
    now = at(2026, 1, 10)
    spent = Lot(1, Unit.POINTS, 10, 0, date(2026, 1, 10), None, earn(FIXED, now).expires_at)
    later = at(2026, 7, 4)
    assert due_warnings([spent], None, FIXED, AMSTERDAM, later, set()) == ()
    assert due_warnings([earn(ExpiryPolicy(), now)], None, FIXED, AMSTERDAM, later, set()) == ()
    assert due_warnings([earn(FIXED, now)], None, FIXED, AMSTERDAM, at(2026, 7, 11), set()) == ()
    assert next_moment([], FIXED, AMSTERDAM, now, set()) is None
    assert next_moment([(later, 0)], FIXED, AMSTERDAM, now, set()) is None


def test_offsets_that_mean_one_day_are_one_warning() -> None:
    """A month before 31 March is 28 February, and so is 31 days before."""
    policy = ExpiryPolicy(
        ExpiryKind.FIXED_DATE, on=date(2026, 3, 31), warnings=(Duration(months=1), Duration(days=31))
    )
    assert warned_on([earn(policy, at(2026, 1, 1))], None, policy, at(2026, 1, 1)) == [date(2026, 2, 28)]


def test_an_end_that_was_not_posted_in_time_is_due_at_once() -> None:
    """The moment lies in the past then."""
    ended = at(2026, 7, 1)
    assert next_moment([(ended, 5)], FIXED, AMSTERDAM, at(2026, 7, 2), set()) == ended


def test_the_last_note_goes_out_in_the_morning_after_the_last_day() -> None:
    """Not at midnight, when the units have just gone."""
    assert last_note_at(end_of_day(date(2026, 10, 25), AMSTERDAM), AMSTERDAM) == at(2026, 10, 26, 10)


days = st.integers(0, 500)
offsets = st.lists(st.builds(Duration, months=st.integers(0, 5), days=st.integers(0, 40)), max_size=5)


@given(
    st.lists(st.tuples(days, st.integers(1, 400), st.integers(0, 9)), min_size=1, max_size=5),
    offsets.map(tuple) | st.just(WARNINGS),
    st.lists(st.integers(0, 60 * 24 * 900), max_size=5),
)
def test_each_end_is_warned_of_once_for_each_offset_and_nothing_is_due_before_the_next_moment(
    earned: list[tuple[int, int, int]], warnings: tuple[Duration, ...], extra: list[int]
) -> None:
    """However often and whenever somebody looks: what is due goes out at the first look, and never again."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    policy = ExpiryPolicy(warnings=warnings)
    lots = [
        Lot(n, Unit.POINTS, 9, left, local_day(begin + timedelta(days=day), AMSTERDAM), None,
            end_of_day(local_day(begin + timedelta(days=day + lasts), AMSTERDAM), AMSTERDAM))
        for n, (day, lasts, left) in enumerate(earned)
    ]  # fmt: skip
    used: set[tuple[datetime, str]] = set()
    for look in sorted(
        {begin + timedelta(minutes=m) for m in (*extra, *range(0, 60 * 24 * 900, 60 * 24 * 30))}
    ):
        sent = due_warnings(lots, None, policy, AMSTERDAM, look, used)
        for each in sent:
            key = (each.expires_at, each.offset)
            assert key not in used
            assert each.quantity == dict(list_ends(lots, None))[each.expires_at] > 0
            assert look < each.expires_at
            used.add(key)
        assert due_warnings(lots, None, policy, AMSTERDAM, look, used) == ()
        moment = next_moment(list_ends(lots, None), policy, AMSTERDAM, look, used)
        assert (moment is None) is not any(left for _, _, left in earned)
        if moment is not None and moment > look:
            just_before = moment - timedelta(microseconds=1)
            assert due_warnings(lots, None, policy, AMSTERDAM, just_before, used) == ()
