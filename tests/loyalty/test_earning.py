"""What a stamp does to a card."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.loyalty.earning import Standing, decide_stamps, is_repeat, start_of_day
from walletpass.loyalty.ledger import EntryKind
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
        decide_stamps(rules, standing, adding, NOW, override=override)
    return caught.value


@pytest.mark.parametrize(
    ("before", "adding", "rewards", "after"),
    [
        (7, 3, ["Free starter"], 2),
        (3, 6, ["5 off", "Free starter"], 1),
        (0, 1, [], 1),
        (3, 1, ["5 off"], 4),
        (7, 1, ["Free starter"], 0),
        (0, 20, ["5 off", "Free starter", "5 off", "Free starter", "5 off"], 4),
    ],
)
def test_every_milestone_passed_gives_its_reward_and_the_rest_goes_to_the_next_card(
    before: int, adding: int, rewards: list[str], after: int
) -> None:
    decided = decide_stamps(program(), Standing(before), adding, NOW)
    assert [milestone.reward for milestone in decided.rewards] == rewards
    assert decided.stamps == after


@given(
    st.sets(st.integers(1, 30), min_size=1, max_size=5),
    st.integers(0, 29),
    st.integers(1, 100),
)
def test_the_lines_always_add_up_to_the_stamps_on_the_card(
    places: set[int], before: int, adding: int
) -> None:
    """Nothing is lost and nothing appears, whatever the milestones."""
    rules = program(*(Milestone(at, f"reward {at}") for at in sorted(places)))
    before = min(before, rules.goal - 1)
    decided = decide_stamps(rules, Standing(before), adding, NOW)
    assert before + sum(line.quantity for line in decided.lines) == decided.stamps
    assert 0 <= decided.stamps < rules.goal
    full_cards = [line for line in decided.lines if line.kind is EntryKind.CONVERT]
    assert len(full_cards) == (before + adding) // rules.goal
    assert sum(milestone.at == rules.goal for milestone in decided.rewards) == len(full_cards)


def test_a_card_made_smaller_by_new_rules_gives_its_last_reward_at_the_next_stamp() -> None:
    decided = decide_stamps(program(Milestone(6, "Free coffee")), Standing(8), 1, NOW)
    assert [milestone.reward for milestone in decided.rewards] == ["Free coffee"]
    assert decided.stamps == 3


def test_a_second_scan_within_the_cool_down_needs_a_reason_and_says_how_long_ago() -> None:
    standing = Standing(1, NOW - timedelta(seconds=12), 1)
    refused = refusal_of(standing, 1, program())
    assert (refused.code, refused.sentence.values["seconds"]) == ("too_soon", 12)
    assert decide_stamps(program(), standing, 1, NOW, override=True).stamps == 2


def test_a_scan_within_the_repeat_window_is_the_same_scan() -> None:
    assert is_repeat(program(), Standing(1, NOW - timedelta(seconds=4)), NOW)
    assert not is_repeat(program(), Standing(1, NOW - timedelta(seconds=5)), NOW)
    assert not is_repeat(program(), Standing(0), NOW)


def test_limits_per_scan_and_per_day_hold_to_the_stamp() -> None:
    rules = program(most_per_scan=3, most_per_day=5)
    assert refusal_of(Standing(0), 4, rules).code == "too_many_at_once"
    assert refusal_of(Standing(0, None, 3), 3, rules).code == "too_many_today"
    assert decide_stamps(rules, Standing(0, None, 3), 2, NOW).stamps == 2


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
