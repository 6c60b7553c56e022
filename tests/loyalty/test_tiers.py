"""Tiers: up at once, down late."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from walletpass.loyalty.local_days import at_local_time
from walletpass.loyalty.tier_measures import Counts, DayCount, counts_until, leaves_on, measure, measure_held
from walletpass.loyalty.tier_rules import TierPlan, TierRule, Window
from walletpass.loyalty.tiers import Membership, Step, TierChange, decide_tier, next_review, override_tier

ZONE = ZoneInfo("Europe/Amsterdam")
SILVER = TierRule("silver", "Silver", 4, reward="mug")
GOLD = TierRule("gold", "Gold", 10, reward="dinner")
ROLLING = TierPlan((SILVER, GOLD))
YEARLY = replace(ROLLING, window=Window.CALENDAR_YEAR)
EVER = replace(ROLLING, window=Window.LIFETIME)
PLANS = (ROLLING, YEARLY, EVER)
BEGIN = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def noon(day: date) -> datetime:
    return at_local_time(day, time(12), ZONE)


def begin_of(day: date) -> datetime:
    return at_local_time(day, time.min, ZONE)


def visits(*days: date) -> list[DayCount]:
    return [DayCount(day, visits=count) for day, count in Counter(days).items()]


def step_of(change: TierChange | None) -> Step | None:
    return change.step if change else None


@pytest.mark.parametrize(
    ("held", "tier"), [(3, None), (4, "silver"), (9, "silver"), (10, "gold"), (500, "gold")]
)
def test_a_tier_begins_exactly_at_its_number(held: int, tier: str | None) -> None:
    change = decide_tier(ROLLING, None, held, BEGIN, ZONE)
    assert (change.membership.tier if change else None) == tier


def test_a_member_who_passes_two_at_once_enters_the_highest() -> None:
    change = decide_tier(ROLLING, None, 10, BEGIN, ZONE)
    assert change is not None
    assert (change.step, change.reward, change.membership.since) == (Step.RAISED, "dinner", BEGIN)


def test_the_entry_reward_is_given_once_in_a_members_life() -> None:
    change = decide_tier(ROLLING, None, 4, BEGIN, ZONE)
    assert change is not None
    fallen = replace(change.membership, tier="")
    again = decide_tier(ROLLING, fallen, 4, BEGIN + timedelta(days=900), ZONE)
    assert again is not None
    assert (change.reward, again.step, again.reward) == ("mug", Step.RAISED, "")


def test_falling_into_a_tier_gives_no_entry_reward() -> None:
    noticed = Membership("gold", BEGIN, ends_at=BEGIN + timedelta(days=30))
    change = decide_tier(ROLLING, noticed, 5, BEGIN + timedelta(days=31), ZONE)
    assert change is not None
    assert (change.step, change.membership.tier, change.reward) == (Step.LOWERED, "silver", "")


def test_visits_of_a_rolling_year_leave_it_day_by_day() -> None:
    """Each counts for 365 days, or 366 with a 29 February in them."""
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    days = visits(first, first, second)
    counted = [measure(ROLLING, days, Counts(), date(2027, 2, 28) + timedelta(days=n)) for n in range(4)]
    assert counted == [3, 1, 0, 0]
    assert measure(ROLLING, visits(date(2023, 3, 1)), Counts(), date(2024, 2, 29)) == 1
    assert measure(ROLLING, visits(date(2023, 3, 1)), Counts(), date(2024, 3, 1)) == 0


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
@example(date(2024, 2, 29))
def test_a_day_leaves_the_rolling_year_when_it_is_said_to(day: date) -> None:
    days, leaves = visits(day), leaves_on(day)
    assert measure(ROLLING, days, Counts(), leaves - timedelta(days=1)) == 1
    assert measure(ROLLING, days, Counts(), leaves) == 0
    refunded = DayCount(day - timedelta(days=1), visits=0)
    assert counts_until(ROLLING, [refunded, *days], day) == leaves - timedelta(days=1)


def test_a_calendar_year_begins_anew_and_its_tiers_last_through_the_next() -> None:
    days = visits(*[date(2026, 12, 31)] * 10)
    assert measure(YEARLY, days, Counts(), date(2026, 12, 31)) == 10
    assert measure(YEARLY, days, Counts(), date(2027, 1, 1)) == 0
    assert measure_held(YEARLY, days, Counts(), date(2027, 12, 31)) == 10
    assert measure_held(YEARLY, days, Counts(), date(2028, 1, 1)) == 0


def test_a_yearly_tier_ends_after_the_year_a_notice_and_the_grace() -> None:
    """Gold of 2026, four visits in 2027: Silver from 1 February 2028, after 30 days of grace."""
    days = visits(*[date(2026, 6, 1)] * 10, *[date(2027, 6, 1)] * 4)
    present: Membership | None = None
    seen = {}
    for n in range(365 * 4):
        today = date(2026, 6, 1) + timedelta(days=n)
        known = [each for each in days if each.day <= today]
        change = decide_tier(YEARLY, present, measure_held(YEARLY, known, Counts(), today), noon(today), ZONE)
        if change:
            seen[today] = (change.step, change.membership.tier)
            present = change.membership
    assert seen == {
        date(2026, 6, 1): (Step.RAISED, "gold"),
        date(2027, 1, 1): (Step.KEPT, "gold"),
        date(2028, 1, 1): (Step.NOTICED, "gold"),
        date(2028, 2, 1): (Step.LOWERED, "silver"),
        date(2029, 1, 1): (Step.NOTICED, "silver"),
        date(2029, 2, 1): (Step.LOWERED, ""),
    }


def test_a_refund_within_the_year_takes_no_yearly_tier() -> None:
    kept = Membership("gold", BEGIN, held_through=date(2026, 12, 31))
    for day in (date(2026, 6, 1), date(2026, 12, 31)):
        assert decide_tier(YEARLY, kept, 0, noon(day), ZONE) is None
    assert step_of(decide_tier(YEARLY, kept, 0, noon(date(2027, 1, 1)), ZONE)) is Step.NOTICED


def test_enough_within_the_grace_takes_the_notice_back() -> None:
    noticed = Membership("gold", BEGIN, ends_at=BEGIN + timedelta(days=30))
    change = decide_tier(ROLLING, noticed, 10, BEGIN + timedelta(days=29), ZONE)
    assert change is not None
    assert (change.step, change.membership.ends_at) == (Step.KEPT, None)


def test_the_last_day_of_grace_is_whole_also_when_the_clocks_change() -> None:
    """Noticed on 25 September with 30 days: through 25 October, which has 25 hours."""
    change = decide_tier(ROLLING, Membership("gold", BEGIN), 0, noon(date(2026, 9, 25)), ZONE)
    assert change is not None
    assert change.membership.ends_at == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    late = datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    assert decide_tier(ROLLING, change.membership, 0, late, ZONE) is None
    assert (
        step_of(decide_tier(ROLLING, change.membership, 0, late + timedelta(minutes=1), ZONE)) is Step.LOWERED
    )


def test_staff_give_a_tier_that_too_few_visits_do_not_take() -> None:
    given = override_tier(ROLLING, None, "silver", BEGIN).membership
    assert given.manual
    assert decide_tier(ROLLING, given, 0, BEGIN + timedelta(days=4000), ZONE) is None
    assert step_of(decide_tier(ROLLING, given, 10, BEGIN, ZONE)) is Step.RAISED


def test_a_tier_that_a_member_has_is_given_without_a_welcome() -> None:
    present = Membership("silver", BEGIN, ends_at=BEGIN + timedelta(days=9))
    again = override_tier(ROLLING, present, "silver", BEGIN + timedelta(days=1))
    assert (again.step, again.membership) == (Step.KEPT, Membership("silver", BEGIN, manual=True))


def test_a_tier_that_staff_gave_until_a_day_ends_with_it() -> None:
    last_day = date(2026, 6, 30)
    given = override_tier(ROLLING, None, "gold", BEGIN, last_day).membership
    assert next_review(ROLLING, given, (), last_day, ZONE) == begin_of(date(2026, 7, 1))
    assert decide_tier(ROLLING, given, 4, noon(last_day), ZONE) is None
    after = decide_tier(ROLLING, given, 4, noon(date(2026, 7, 1)), ZONE)
    assert after is not None
    assert (after.step, after.membership.tier, after.membership.manual) == (Step.LOWERED, "silver", False)
    earned = decide_tier(ROLLING, given, 10, noon(date(2026, 7, 1)), ZONE)
    assert earned is not None
    assert (earned.step, earned.membership.manual) == (Step.KEPT, False)


def test_a_tier_that_the_program_has_no_longer_ends_at_once() -> None:
    gone = Membership("platinum", BEGIN)
    change = decide_tier(ROLLING, gone, 3, BEGIN, ZONE)
    assert change is not None
    assert (change.step, change.membership.tier) == (Step.LOWERED, "")


def test_a_rolling_tier_is_looked_at_when_the_visit_it_rests_on_leaves() -> None:
    """Five visits, four needed: the oldest may go, the second oldest may not."""
    days = visits(*(date(2026, month, 10) for month in (1, 2, 3, 4, 5)))
    present = Membership("silver", BEGIN)
    assert next_review(ROLLING, present, days, date(2026, 5, 10), ZONE) == begin_of(date(2027, 2, 10))


@given(
    st.sampled_from(PLANS),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 14)), min_size=1, max_size=60),
    st.integers(0, 60),
)
def test_up_at_once_and_down_never_before_notice_and_grace(
    plan: TierPlan, course: list[tuple[int, int]], grace: int
) -> None:
    """However what is measured moves, refunds and all."""
    plan = replace(plan, grace_days=grace)
    present: Membership | None = None
    now = noticed_at = held_at = BEGIN
    for days, held in course:
        now += timedelta(days=days, hours=5)
        before = present.tier if present else ""
        change = decide_tier(plan, present, held, now, ZONE)
        if change and change.step is Step.NOTICED:
            noticed_at = now
            assert plan.window is not Window.CALENDAR_YEAR or now.astimezone(ZONE).year > held_at.year
        elif change and change.step is Step.LOWERED:
            assert before
            assert now - noticed_at >= timedelta(days=grace)
        elif change:
            held_at = now.astimezone(ZONE)
        present = change.membership if change else present
        least = next((rule.at for rule in plan.tiers if present and rule.id == present.tier), 0)
        reached = max((rule.at for rule in plan.tiers if rule.at <= held), default=0)
        assert least >= reached
        assert decide_tier(plan, present, held, now, ZONE) is None
