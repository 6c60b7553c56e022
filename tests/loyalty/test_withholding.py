"""Why units lie on a card that are enough for a reward."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.issuing import Given, Shelf
from walletpass.loyalty.rewards.withholding import tell_withheld
from walletpass.loyalty.units import Unit
from walletpass.translations import translator

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LIMITS = [
    ({"max_unredeemed": 2}, "Starter: at most 2 can wait unused. Use one, and the next one comes."),
    ({"stock": 2}, "Starter: there are none left now. What you collected stays here."),
    ({"per_member": 2}, "Starter: you have had it as often as it is given. What you collected stays here."),
]
HAD = Given(in_all=2, to_member=2, unused=2)


def starter(**terms: Any) -> RewardTemplate:
    return RewardTemplate("starter", RewardKind.GIFT, "Starter", **terms)


def stamps(count: int, given: Given, language: str = "en", **limits: int) -> str:
    """Of a card of eight that is full with a starter."""
    milestones = (Milestone(4, "5 off"), Milestone(8, "Starter", "starter"))
    program = Program(milestones, AMSTERDAM, rewards=(starter(**limits),))
    return say(program, {Unit.STAMPS: count, Unit.POINTS: 0}, given, language)


def points(count: int, *others: RewardTemplate, **limits: int) -> str:
    """Of a programme that turns 100 points into a starter."""
    own = starter(issue=IssueMode.CONVERT, price=100, **limits)
    program = Program((), AMSTERDAM, kind=ProgramKind.POINTS, rewards=(own, *others))
    return say(program, {Unit.STAMPS: 0, Unit.POINTS: count}, HAD)


def say(program: Program, held: dict[Unit, int], given: Given, language: str = "en") -> str:
    told = tell_withheld(program, Shelf(program.rewards, AMSTERDAM, {"starter": given}), held, NOW)
    return translator(language).say(told) if told else ""


@pytest.mark.parametrize(("limits", "said"), LIMITS)
def test_a_full_card_says_which_limit_holds_its_reward_back(limits: dict[str, int], said: str) -> None:
    assert stamps(8, HAD, **limits) == said
    assert stamps(11, HAD, **limits) == said


@pytest.mark.parametrize(("limits", "said"), LIMITS)
def test_so_do_points_that_nothing_else_can_be_had_for(limits: dict[str, int], said: str) -> None:
    assert points(100, **limits) == said


@pytest.mark.parametrize(("limits", "_said"), LIMITS)
def test_nothing_is_said_of_a_card_that_is_not_full_or_whose_reward_comes(
    limits: dict[str, int], _said: str
) -> None:
    assert stamps(7, HAD, **limits) == ""
    assert stamps(8, Given(), **limits) == ""
    assert points(99, **limits) == ""


def test_points_that_go_on_to_another_reward_do_not_lie_for_one_that_comes_no_more() -> None:
    """A welcome present is given once, and would be told of for ever."""
    mug = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=300)
    assert points(100, mug, per_member=2) == ""
    assert points(100, mug, max_unredeemed=2).startswith("Starter: at most 2")
    assert points(300, mug, per_member=2).startswith("Starter: you have had it")


@pytest.mark.parametrize(("limits", "_said"), LIMITS)
def test_it_is_said_in_every_language(limits: dict[str, int], _said: str) -> None:
    told = {stamps(8, HAD, language, **limits) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    assert all(each.startswith("Starter: ") for each in told)
