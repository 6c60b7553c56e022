"""What a stamp does to a card."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from walletpass.loyalty.earning import Standing, guard_stamps, is_repeat, start_of_day
from walletpass.loyalty.program import Limits, Milestone, Program
from walletpass.loyalty.refusals import Refusal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EIGHT = (Milestone(4, "5 off"), Milestone(8, "Free starter"))


def program(*milestones: Milestone, **limits: int) -> Program:
    return Program(
        milestones or EIGHT, AMSTERDAM, Limits(**{"most_per_scan": 100, "most_per_day": 1000, **limits})
    )


def refusal_of(standing: Standing, adding: int, rules: Program, *, override: bool = False) -> Refusal:
    with pytest.raises(Refusal) as caught:
        guard_stamps(rules, standing, adding, NOW, override=override)
    return caught.value


def test_a_second_scan_within_the_cool_down_needs_a_reason_and_says_how_long_ago() -> None:
    standing = Standing(1, NOW - timedelta(seconds=12), 1)
    refused = refusal_of(standing, 1, program())
    assert (refused.code, refused.sentence.values["seconds"]) == ("too_soon", 12)
    guard_stamps(program(), standing, 1, NOW, override=True)


def test_a_scan_within_the_repeat_window_is_the_same_scan() -> None:
    assert is_repeat(program(), Standing(1, NOW - timedelta(seconds=4)), NOW)
    assert not is_repeat(program(), Standing(1, NOW - timedelta(seconds=5)), NOW)
    assert not is_repeat(program(), Standing(0), NOW)


def test_limits_per_scan_and_per_day_hold_to_the_stamp() -> None:
    rules = program(most_per_scan=3, most_per_day=5)
    assert refusal_of(Standing(0), 4, rules).code == "too_many_at_once"
    assert refusal_of(Standing(0, None, 3), 3, rules).code == "too_many_today"
    guard_stamps(rules, Standing(0, None, 3), 2, NOW)


@pytest.mark.parametrize("adding", [0, -1])
def test_nothing_is_not_a_stamp(adding: int) -> None:
    assert refusal_of(Standing(0), adding, program()).code == "bad_quantity"


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_local_midnight_also_when_the_clock_is_changed(
    now: datetime, begins: datetime
) -> None:
    assert start_of_day(now, AMSTERDAM).astimezone(UTC) == begins


@pytest.mark.parametrize(
    "milestones",
    [
        (),
        (Milestone(0, "x"),),
        (Milestone(31, "x"),),
        (Milestone(4, "x"), Milestone(4, "y")),
        (Milestone(4, " "),),
    ],
)
def test_a_programme_that_makes_no_sense_cannot_be_made(milestones: tuple[Milestone, ...]) -> None:
    with pytest.raises(Refusal):
        Program(milestones, AMSTERDAM)


def test_rules_come_back_from_their_document_as_they_were() -> None:
    assert Program.load(program().document()) == program()
