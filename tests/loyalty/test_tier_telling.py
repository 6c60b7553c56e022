"""What members read of their tier."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.tier_measures import Counts, DayCount
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule, Window
from walletpass.loyalty.tier_telling import tell_tier_change, tell_tier_progress
from walletpass.loyalty.tiers import Membership, Step, TierChange
from walletpass.translations import translator

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PLAN = TierPlan((TierRule("silver", "Silver", 4), TierRule("gold", "Gold", 10, benefit="free refills")))
PROGRAM = Program((Milestone(10, "Free coffee"),), ZoneInfo("Europe/Amsterdam"), tier_plan=PLAN)


def progress(
    present: Membership | None, seven: DayCount, kind: ProgramKind = ProgramKind.STAMPS, **plan: Any
) -> str:
    program = replace(PROGRAM, kind=kind, tier_plan=replace(PLAN, **plan))
    told = tell_tier_progress(program, present, [seven], Counts(7, 7, 7), TODAY)
    return translator("en").say(told) if told else ""


SEVEN = DayCount(date(2026, 3, 1), visits=7, units=7, spend_minor=7)
SILVER = Membership("silver", AT)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"window": Window.CALENDAR_YEAR}, "Silver. 3 more visits by 31 Dec 2026 for Gold"),
        ({"window": Window.ROLLING_YEAR}, "Silver. 3 more visits by 28 Feb 2027 for Gold"),
        ({"window": Window.LIFETIME}, "Silver. 3 more visits for Gold"),
        ({"window": Window.LIFETIME, "measure": Measure.SPEND}, "Silver. €0.03 more for Gold"),
        ({"window": Window.LIFETIME, "measure": Measure.UNITS}, "Silver. 3 stamps more for Gold"),
    ],
)
def test_progress_says_what_is_missing_and_by_when(plan: dict[str, Any], said: str) -> None:
    assert progress(SILVER, SEVEN, **plan) == said


def test_progress_counts_points_where_a_program_has_them() -> None:
    told = progress(SILVER, SEVEN, ProgramKind.MIXED, window=Window.LIFETIME, measure=Measure.UNITS)
    assert told == "Silver. 3 points more for Gold"


def test_progress_after_a_notice_says_what_keeps_the_tier() -> None:
    noticed = Membership("gold", AT, ends_at=datetime(2026, 12, 22, 23, 0, tzinfo=UTC))
    assert progress(noticed, SEVEN) == "Gold through 22 Dec 2026. To keep it: 3 more visits by then"


def test_what_leaves_the_window_before_the_last_day_does_not_keep_a_tier() -> None:
    """Ten are needed; of nine visits five are a year ago before 22 December."""
    days = [DayCount(date(2025, 12, 22), visits=5), DayCount(date(2025, 12, 23), visits=4)]
    noticed = Membership("gold", AT, ends_at=datetime(2026, 12, 22, 23, 0, tzinfo=UTC))
    told = tell_tier_progress(PROGRAM, noticed, days, Counts(), TODAY)
    assert told is not None
    assert translator("en").say(told) == "Gold through 22 Dec 2026. To keep it: 6 more visits by then"


def test_the_highest_tier_says_what_keeps_it_while_that_is_counted() -> None:
    """By the present year, where it ends with it; not while it is held for another year, nor where staff gave it."""
    gold = Membership("gold", AT, held_through=date(2026, 12, 31))
    told = progress(gold, SEVEN, window=Window.CALENDAR_YEAR)
    assert told == "Gold through 31 Dec 2026. To keep it: 3 more visits by then"
    held = (replace(gold, held_through=date(2027, 12, 31)), replace(gold, manual=True))
    assert {progress(each, SEVEN, window=Window.CALENDAR_YEAR) for each in held} == {"Gold: free refills"}
    enough = replace(SEVEN, visits=10)
    assert progress(gold, enough, window=Window.CALENDAR_YEAR) == "Gold: free refills"


def test_progress_at_the_top_and_without_tiers() -> None:
    """The highest tier says so, or better, what it brings."""
    gold = Membership("gold", AT)
    assert progress(gold, SEVEN) == "Gold: free refills"
    assert progress(gold, SEVEN, tiers=(TierRule("gold", "Gold", 10),)) == "Gold: the highest tier"
    assert progress(None, SEVEN, tiers=()) == ""


@pytest.mark.parametrize(
    ("step", "membership", "left", "said"),
    [
        (Step.RAISED, SILVER, "", "Welcome to Silver"),
        (Step.RAISED, Membership("gold", AT), "silver", "Welcome to Gold: free refills"),
        (
            Step.NOTICED,
            replace(SILVER, ends_at=datetime(2026, 12, 22, 23, 0, tzinfo=UTC)),
            "gold",
            "Silver ends after 22 Dec 2026",
        ),
        (Step.LOWERED, SILVER, "gold", "Your tier is now Silver"),
        (Step.LOWERED, Membership("", AT), "gold", "Your tier Gold has ended"),
        (Step.LOWERED, Membership("", AT), "bronze", "Your tier has ended"),
        (Step.KEPT, SILVER, "gold", None),
    ],
)
def test_every_change_that_matters_has_a_sentence(
    step: Step, membership: Membership, left: str, said: str | None
) -> None:
    """One that the program has no longer has no name."""
    told = tell_tier_change(PROGRAM, TierChange(step, membership), left)
    assert (translator("en").say(told) if told else None) == said
