"""What is wrong with the rules by which a program lets its members earn."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from support.sound_programs import EXCLUSIVE, ID, POINTS, QUIET, SOUND, SPEND, VISIT, bounds, said

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Period, RuleLimit, Trigger
from walletpass.loyalty.program import Program
from walletpass.loyalty.units import Unit


def earning(rule: EarnRule = VISIT, **changes: Any) -> Program:
    return replace(SOUND, earn=(replace(rule, **changes),))


def on_conditions(**conditions: Any) -> Program:
    return earning(conditions=Conditions(**conditions))


PROBLEMS: Mapping[str, tuple[Program, str]] = {
    # earning
    "two rules of one id": (
        replace(SOUND, earn=(VISIT, VISIT)),
        "Earn rules: There is more than one “visit”.",
    ),
    "too many rules": (
        replace(SOUND, earn=tuple(replace(EXCLUSIVE, id=f"visit{n}") for n in range(101))),
        "“earn” has at most 100 entries.",
    ),
    "id of a rule": (earning(id="é"), f"Earn rule “é”: {ID}"),
    "long name": (earning(name="x" * 61), "Earn rule “visit”: “name” has at most 60 characters."),
    "gives nothing": (earning(units=0), "Earn rule “visit”: It gives nothing: set one of units, reward."),
    "negative units": (earning(units=-1), bounds("Earn rule “visit”", "units", 0, "1,000,000")),
    "absurd units": (
        earning(unit=Unit.STAMPS, units=101),
        bounds("Earn rule “visit”", "units", 0, 100),
    ),
    "threshold of zero": (earning(SPEND, per_minor=0), "Earn rule “spend”: “per_minor” is missing."),
    "negative threshold": (
        earning(SPEND, per_minor=-100),
        bounds("Earn rule “spend”", "per_minor", 0, "2,147,483,647"),
    ),
    "no items": (
        earning(trigger=Trigger.ITEM, units=0),
        "Earn rule “visit”: “items” is missing.",
    ),
    "item of no units": (
        earning(trigger=Trigger.ITEM, units=0, items={"Yoga": 0}),
        bounds("Earn rule “visit”", "items.Yoga", 1, "1,000,000"),
    ),
    "item without a name": (
        earning(trigger=Trigger.ITEM, units=0, items={"": 1}),
        "Earn rule “visit”: “items” is missing.",
    ),
    "field of another trigger": (
        earning(per_minor=100),
        "Earn rule “visit”: “per_minor” means nothing for “visit”.",
    ),
    "factor of nothing": (earning(QUIET, factor=100), "Earn rule “quiet”: “factor” is missing."),
    "factor under 1": (earning(QUIET, factor=0), bounds("Earn rule “quiet”", "factor", 1, 500)),
    "factor over the ceiling": (earning(QUIET, factor=501), bounds("Earn rule “quiet”", "factor", 1, 500)),
    "unit that is not collected": (
        replace(POINTS, earn=(replace(VISIT, unit=Unit.STAMPS),)),
        "Earn rule “visit”: A “points” programme has no stamps.",
    ),
    "unknown reward": (
        earning(reward="mug"),
        "Earn rule “visit”: “reward” names “mug”, which does not exist.",
    ),
    "limit of zero": (
        earning(limit=RuleLimit(0, Period.DAY)),
        bounds("Earn rule “visit”", "limit.count", 1, "10,000"),
    ),
    "priority": (earning(priority=1001), bounds("Earn rule “visit”", "priority", "−1,000", "1,000")),
    "delay": (
        earning(trigger=Trigger.BOOKING, delay=timedelta(days=31)),
        bounds("Earn rule “visit”", "delay", "P0D", "P30D"),
    ),
    "hold": (
        earning(trigger=Trigger.REFERRAL, hold=timedelta(seconds=-1)),
        bounds("Earn rule “visit”", "hold", "P0D", "P366D"),
    ),
    "pending": (
        earning(pending=timedelta(days=400)),
        bounds("Earn rule “visit”", "pending", "P0D", "P366D"),
    ),
    # conditions
    "negative minimum": (
        on_conditions(minimum_minor=-1),
        bounds("Earn rule “visit”", "minimum_minor", 0, "2,147,483,647"),
    ),
    "weekday": (on_conditions(weekdays=(0,)), bounds("Earn rule “visit”", "weekdays", 1, 7)),
    "unknown tier": (
        on_conditions(tiers=("silver",)),
        "Earn rule “visit”: “tiers” names “silver”, which does not exist.",
    ),
    "somebody else's location": (
        on_conditions(location_ids=(8,)),
        "Earn rule “visit”: “location_ids” names “8”, which does not exist.",
    ),
    "empty window": (
        on_conditions(start=time(9), end=time(9)),
        "Earn rule “visit”: “start” and “end” leave no time between them.",
    ),
    "end before start": (
        on_conditions(begins_at=datetime(2026, 2, 1, tzinfo=UTC), ends_at=datetime(2026, 1, 1, tzinfo=UTC)),
        "Earn rule “visit”: “ends_at” must come after “begins_at”.",
    ),
    "spend without a sale": (
        replace(on_conditions(), earn=(replace(VISIT, trigger=Trigger.BIRTHDAY, conditions=Conditions(1)),)),
        "Earn rule “visit”: “minimum_minor” means nothing for “birthday”.",
    ),
    # exclusive rules
    "exclusive twice": (
        replace(SOUND, earn=(EXCLUSIVE, replace(SPEND, exclusive=True))),
        "Earn rules “visit” and “spend” are both exclusive, of the same priority, and can apply at the same "
        "time: give one of them a higher priority.",
    ),
}


@pytest.mark.parametrize(("program", "problem"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_what_contradicts_itself_is_said_in_one_sentence(program: Program, problem: str) -> None:
    assert said(program) == [problem]


MORNING, EVENING = {"start": time(8), "end": time(12)}, {"start": time(18)}
LATE = {"start": time(22), "end": time(2)}
EARLY = {"start": time(0), "end": time(1)}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({"minimum_minor": 100}, {}, True),
        ({"weekdays": (1,)}, {"weekdays": (2,)}, False),
        ({"weekdays": (1, 2)}, {"weekdays": (2,)}, True),
        (MORNING, EVENING, False),
        (MORNING, {"start": time(12)}, False),
        (MORNING, {"end": time(8, 1)}, True),
        (LATE, EARLY, True),
        (LATE, MORNING, False),
        ({**LATE, "weekdays": (5,)}, {**EARLY, "weekdays": (6,)}, True),
        ({**LATE, "weekdays": (5,)}, {**EARLY, "weekdays": (5,)}, False),
        ({**LATE, "weekdays": (7,)}, {**EARLY, "weekdays": (1,)}, True),
        ({"location_ids": (7,)}, {"location_ids": ()}, True),
        ({"location_ids": (7,)}, {"location_ids": (8,)}, False),
        ({"tiers": ("gold",)}, {"tiers": ("silver",)}, False),
        (
            {"ends_at": datetime(2026, 1, 1, tzinfo=UTC)},
            {"begins_at": datetime(2026, 1, 1, tzinfo=UTC)},
            False,
        ),
        (
            {"ends_at": datetime(2026, 1, 2, tzinfo=UTC)},
            {"begins_at": datetime(2026, 1, 1, tzinfo=UTC)},
            True,
        ),
    ],
)
def test_exclusive_rules_contradict_only_where_both_can_apply(
    one: dict[str, Any], other: dict[str, Any], meet: bool
) -> None:
    """Friday's window from 22:00 to 02:00 is Friday's also on Saturday at one."""
    mine = replace(EXCLUSIVE, conditions=Conditions(**one))
    theirs = replace(EXCLUSIVE, id="other", conditions=Conditions(**other))
    problems = said(replace(SOUND, earn=(mine, theirs)))
    assert any("both exclusive" in problem for problem in problems) == meet


@pytest.mark.parametrize(
    "change",
    [
        {"priority": 1},
        {"unit": Unit.STAMPS},
        {"exclusive": False},
        {"trigger": Trigger.BIRTHDAY},
        {"trigger": Trigger.TIME_MULTIPLIER, "units": 0, "factor": 200},
    ],
)
def test_exclusive_rules_that_never_compete_may_stand_side_by_side(change: dict[str, Any]) -> None:
    assert said(replace(SOUND, earn=(EXCLUSIVE, replace(EXCLUSIVE, id="other", **change)))) == []
