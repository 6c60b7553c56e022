"""A program as a document, and a document as a program."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.programs_at_random import programs
from support.sound_programs import said

from walletpass.loyalty.earn_rules import Conditions, EarnRule, Period, RuleLimit, Trigger
from walletpass.loyalty.expiry_policy import WARNINGS, Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Asks, Clawback, Limits, Milestone, Program, ProgramKind
from walletpass.loyalty.program_document import dump_program, load_program, read_program
from walletpass.loyalty.program_problems import BadProgram
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule, Window
from walletpass.loyalty.units import Unit, UnitName
from walletpass.translations import translator

OSLO = ZoneInfo("Europe/Oslo")
SMALL = Program((Milestone(10, "Free coffee"),), OSLO)
STORED = {
    "milestones": [{"at": 4, "reward": "5 off"}, {"at": 8, "reward": "Free starter"}],
    "zone": "Europe/Amsterdam",
    "limits": {
        "repeat_window": 5,
        "cool_down": 30,
        "most_per_scan": 3,
        "most_per_day": 9,
        "undo_window": 60,
    },
    "asks": {"name": True, "email": None, "phone": None, "birthday": False},
}
"""As versions were kept before rules could say more than this."""
LARGE = Program(
    (Milestone(4, "5 off", "five-off"), Milestone(8, "Free starter")),
    OSLO,
    Limits(most_per_day=9),
    Asks(name=None, phone=True),
    ProgramKind.MIXED,
    "NOK",
    {Unit.POINTS: {"nb": UnitName("bønne", "bønner")}},
    (
        EarnRule(
            "lunch",
            Trigger.TIME_MULTIPLIER,
            Unit.POINTS,
            factor=200,
            conditions=Conditions(
                weekdays=(1, 2),
                start=time(22),
                end=time(2, 30),
                begins_at=datetime(2026, 1, 1, 8, tzinfo=UTC),
            ),
        ),
        EarnRule(
            "classes",
            Trigger.BOOKING,
            Unit.POINTS,
            items={"Yoga": 30},
            delay=timedelta(hours=3),
            limit=RuleLimit(2, Period.DAY),
        ),
    ),
    (RewardTemplate("five-off", RewardKind.AMOUNT_COUPON, "5 off", amount_minor=500, valid_days=30),),
    ExpiryPolicy(ExpiryKind.FIXED_DATE, on=date(2026, 12, 31), warnings=(Duration(1, 15),)),
    Clawback.CLAMP,
    tier_plan=TierPlan((TierRule("gold", "Gold", 10),), Measure.SPEND, Window.LIFETIME),
    earns_on_rewarded_part=True,
)


def problems_of(document: Any) -> list[str]:
    return [translator("en").say(problem) for problem in read_program(document)[1]]


@given(programs())
def test_any_program_comes_back_from_its_document_as_it_was(program: Program) -> None:
    """Also by way of the text in which databases and files keep it."""
    document = dump_program(program)
    assert json.loads(json.dumps(document)) == document
    assert load_program(document) == program


def test_a_large_program_reads_as_people_would_write_it() -> None:
    assert dump_program(LARGE) == {
        "milestones": [
            {"at": 4, "reward": "5 off", "template": "five-off"},
            {"at": 8, "reward": "Free starter"},
        ],
        "zone": "Europe/Oslo",
        "limits": {"most_per_day": 9},
        "asks": {"name": None, "phone": True},
        "kind": "mixed",
        "currency": "NOK",
        "unit_names": {"points": {"nb": {"one": "bønne", "other": "bønner"}}},
        "earn": [
            {
                "id": "lunch",
                "trigger": "time_multiplier",
                "unit": "points",
                "factor": 200,
                "conditions": {
                    "weekdays": [1, 2],
                    "start": "22:00:00",
                    "end": "02:30:00",
                    "begins_at": "2026-01-01T08:00:00+00:00",
                },
            },
            {
                "id": "classes",
                "trigger": "booking",
                "unit": "points",
                "items": {"Yoga": 30},
                "limit": {"count": 2, "period": "day"},
                "delay": "PT3H",
            },
        ],
        "rewards": [
            {
                "id": "five-off",
                "kind": "amount_coupon",
                "title": "5 off",
                "valid_days": 30,
                "amount_minor": 500,
            }
        ],
        "expiry": {"kind": "fixed_date", "on": "2026-12-31", "warnings": ["P1M15D"]},
        "clawback": "clamp_to_zero",
        "tier_plan": {
            "tiers": [{"id": "gold", "name": "Gold", "at": 10}],
            "measure": "spend",
            "window": "lifetime",
        },
        "earns_on_rewarded_part": True,
    }


def test_what_is_as_shipped_is_not_written() -> None:
    assert dump_program(SMALL) == {
        "milestones": [{"at": 10, "reward": "Free coffee"}],
        "zone": "Europe/Oslo",
    }


def test_what_was_not_written_never_changes() -> None:
    """A published version that left these out was published with these values."""
    program = load_program(dump_program(SMALL))
    assert program.limits == Limits(5, 30, 3, 5, 60, 10, 100)
    assert program.asks == Asks(name=False, email=False, phone=None, birthday=None)
    assert (program.kind, program.currency, program.clawback) == ("stamps", "EUR", "allow_negative")
    assert (program.multiplier_ceiling, program.grace_days) == (500, 14)
    assert (program.earns_on_rewarded_part, program.earns_on_tax) == (False, True)
    assert program.earns_on_gift_cards is False
    assert (program.earn, program.rewards, program.unit_names) == ((), (), {})
    assert program.expiry == ExpiryPolicy("never", Duration(), "year", None, Duration(36), WARNINGS)
    assert (Duration(2), Duration(1), Duration(0, 14), Duration(0, 7)) == WARNINGS
    assert program.tier_plan == TierPlan((), Measure.VISITS, Window.ROLLING_YEAR, 30)
    assert EarnRule("a", Trigger.REFERRAL, Unit.POINTS) == EarnRule(
        "a", Trigger.REFERRAL, Unit.POINTS, 0, "", 0, False, {}, 100, "", Conditions(), 0, False, None,
        timedelta(0), "both", "first_paid_visit", timedelta(0), timedelta(0),
    )  # fmt: skip
    assert Conditions() == Conditions(0, (), None, None, (), (), None, None)
    assert RewardTemplate("a", RewardKind.GIFT, "A") == RewardTemplate(
        "a", RewardKind.GIFT, "A", "", "", IssueMode.MILESTONE, 0, Unit.POINTS, 0, None, 0, 0, 0, 0, "", True, 0,
        None, None, None,
    )  # fmt: skip
    assert TierRule("a", "A", 1) == TierRule("a", "A", 1, "", 100, "")


def test_what_was_stored_before_rules_could_say_more_loads_unchanged() -> None:
    assert load_program(STORED) == Program(
        (Milestone(4, "5 off"), Milestone(8, "Free starter")),
        ZoneInfo("Europe/Amsterdam"),
        Limits(most_per_day=9),
        Asks(name=True, email=None, birthday=False),
    )


def test_files_without_null_ask_in_words_and_need_no_milestones_for_points() -> None:
    program = load_program({"zone": "UTC", "kind": "points", "asks": {"name": "no", "email": "must"}})
    assert program.asks == Asks(name=None, email=True)
    assert program.milestones == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "Europe/Atlantis"}, "zone: “Europe/Atlantis” is not a time zone such as Europe/Amsterdam."),
        (
            {"zone": "../../etc/passwd"},
            "zone: “../../etc/passwd” is not a time zone such as Europe/Amsterdam.",
        ),
        ({"zone": ["UTC"]}, "zone: “…” is not a time zone such as Europe/Amsterdam."),
        ({"colour": "red"}, "colour: this is not known here."),
        ({"kind": "beans"}, "kind: “beans” is not one of stamps, points, mixed."),
        ({"kind": ["stamps"]}, "kind: “…” is not one of stamps, points, mixed."),
        ({"milestones": [{"at": 4}]}, "milestones[1].reward is missing."),
        ({"milestones": {"at": 4}}, "milestones: “…” is not a list."),
        ({"milestones": ["4"]}, "milestones[1]: “4” is not a group of names and values."),
        ({"limits": {"cool_down": "30"}}, "limits.cool_down: “30” is not a whole number."),
        ({"limits": {"cool_down": 0.5}}, "limits.cool_down: “0.5” is not a whole number."),
        ({"limits": {"cool_down": True}}, "limits.cool_down: “True” is not a whole number."),
        ({"asks": {"name": 1}}, "asks.name: “1” is not one of no, may, must."),
        ({"asks": {"email": "perhaps"}}, "asks.email: “perhaps” is not one of no, may, must."),
        ({"currency": 978}, "currency: “978” is not a text."),
        ({"currency": "x" * 41}, None),
        ({"unit_names": {"beans": {}}}, "unit_names: “beans” is not one of stamps, points."),
        ({"unit_names": []}, "unit_names: “…” is not a group of names and values."),
        ({"expiry": {"on": "2026-02-30"}}, "expiry.on: “2026-02-30” is not a day such as 2026-12-31."),
        ({"expiry": {"on": 20261231}}, "expiry.on: “20261231” is not a day such as 2026-12-31."),
        ({"expiry": {"duration": "PT3H"}}, "expiry.duration: “PT3H” is not a duration such as P2M or P14D."),
        ({"expiry": {"warnings": ["P"]}}, "expiry.warnings[1]: “P” is not a duration such as P2M or P14D."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(change: dict[str, Any], said: str | None) -> None:
    assert problems_of({**STORED, **change}) == ([said] if said else [])


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("delay", "P1M", "a duration such as P7D or PT3H"),
        ("delay", "PT", "a duration such as P7D or PT3H"),
        ("delay", 3, "a duration such as P7D or PT3H"),
        ("conditions", {"start": "25:00"}, "a time such as 17:30"),
        ("conditions", {"start": "17:30+02:00"}, "a time such as 17:30"),
        ("conditions", {"begins_at": "2026-01-01T00:00"}, "an instant with its distance from UTC"),
        ("conditions", {"ends_at": "0001-01-01T00:00+14:00"}, "an instant with its distance from UTC"),
    ],
)
def test_times_that_mean_nothing_are_not_read(field: str, value: object, expected: str) -> None:
    rule = {"id": "a", "trigger": "visit", "unit": "stamps", "units": 1, field: value}
    (said,) = problems_of({**STORED, "earn": [rule]})
    assert said.startswith(f"earn[1].{field}")
    assert expected in said


def test_everything_that_cannot_be_read_is_said_at_once() -> None:
    broken = {**STORED, "kind": "beans", "zone": "Nowhere", "earn": [{"trigger": "vist", "unit": "stamps"}]}
    assert len(problems_of(broken)) == 4
    with pytest.raises(BadProgram) as refused:
        load_program(broken)
    assert len(refused.value.problems) == 4


UNREADABLE = 0.5
"""Nowhere is it a value."""


def places_in(document: Any) -> list[tuple[Any, Any]]:
    """Every group or list in it, with every name or number there."""
    if not isinstance(document, dict | list):
        return []
    named = document.items() if isinstance(document, dict) else enumerate(document)
    return [place for name, value in named for place in ((document, name), *places_in(value))]


@given(programs(), st.data())
def test_what_only_follows_from_an_unreadable_value_is_no_problem_of_its_own(
    program: Program, data: st.DataObject
) -> None:
    document = dump_program(program)
    for inside, name in data.draw(st.lists(st.sampled_from(places_in(document)), min_size=1, max_size=3)):
        inside[name] = UNREADABLE
    partly, problems = read_program(document)
    assert problems
    assert said(partly) == []


WRONG: dict[str, Any] = {
    "zone": "Europe/Oslo",
    "kind": "mixed",
    "currency": "EURO",
    "milestones": [{"at": 0, "reward": "Tea"}],
    "earn": [
        {"id": "a", "trigger": "visit", "unit": "points", "units": 1, "priority": 9999},
        {"id": "b", "trigger": "visit", "unit": "points", "reward": "mug"},
    ],
    "rewards": [
        {"id": "ten", "kind": "percent_coupon", "title": "10 %", "percent": 150},
        {"id": "ten", "kind": "gift", "title": "Ten", "issue": "milestone"},
    ],
    "expiry": {"kind": "fixed_duration"},
    "tier_plan": {"tiers": [{"id": "gold", "name": "", "at": 5}]},
    "limits": {"most_per_day": 1},
}


@pytest.mark.parametrize(
    ("change", "hidden"),
    [
        ({"zone": "Nowhere"}, []),
        ({"clawback": "sometimes"}, []),
        ({"asks": {"name": 1}}, []),
        ({"grace_days": "P1D"}, []),
        ({"limits": {"most_per_day": 1, "cool_down": "abc"}}, []),
        ({"earn": [{**WRONG["earn"][0], "trigger": "vist"}, WRONG["earn"][1]]}, []),
        ({"earn": ["visit", *WRONG["earn"]]}, []),
        ({"tier_plan": {"tiers": [{"id": "gold", "name": "", "at": "five"}]}}, []),
        ({"tier_plan": {"tiers": ["silver", *WRONG["tier_plan"]["tiers"]]}}, []),
        ({"rewards": [WRONG["rewards"][0], {**WRONG["rewards"][1], "issue": "gift"}]}, []),
        ({"currency": 978}, ["“EURO”"]),
        ({"milestones": [{"at": "4", "reward": "Tea"}]}, ["A card has"]),
        ({"rewards": [*WRONG["rewards"], {"kind": "gift", "title": "Mug"}]}, ["“mug”"]),
    ],
)
def test_a_value_that_cannot_be_read_hides_nothing_that_does_not_rest_on_it(
    change: dict[str, Any], hidden: list[str]
) -> None:
    """A reward without an id may be the one that is named elsewhere."""
    found = said(read_program(WRONG)[0])
    assert len(found) == 9
    program, problems = read_program({**WRONG, **change})
    assert problems
    assert said(program) == [each for each in found if not any(part in each for part in hidden)]


def test_a_part_whose_id_cannot_be_read_is_judged_all_the_same() -> None:
    document = {
        "zone": "UTC",
        "kind": "mixed",
        "milestones": [{"at": "4", "reward": ""}],
        "earn": [{"trigger": "visit", "unit": "points", "units": -1, "exclusive": True}] * 2,
        "rewards": [{"kind": "gift", "title": ""}],
        "tier_plan": {"tiers": [{"name": "Gold", "at": 5}, {"name": "Silver", "at": 5}]},
    }
    assert said(read_program(document)[0]) == [
        "Milestone ?: “reward” is missing.",
        "Reward “?”: “title” is missing.",
        "Earn rule “?”: “units” must be from 0 to 1,000,000.",
        "Earn rule “?”: “units” must be from 0 to 1,000,000.",
        "Earn rules “?” and “?” are both exclusive, of the same priority, and can apply at the same time: give one "
        "of them a higher priority.",
        "Tier “?” comes after “?” and must ask for more.",
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*Program.__dataclass_fields__, "other"]), _JSON, max_size=6) | _JSON)
def test_whatever_is_in_a_file_is_answered_with_sentences(document: Any) -> None:
    program, problems = read_program(document)
    assert all(translator("hu").say(problem) for problem in problems)
    assert problems or isinstance(program, Program)
    assert all(said(program, "hu"))
