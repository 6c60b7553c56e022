"""What a member collects for: the next reward that a balance leads to, and what can be had for it already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from walletpass.loyalty.program import Program
from walletpass.loyalty.reward_templates import IssueMode, RewardTemplate
from walletpass.loyalty.rounding import floor_share
from walletpass.loyalty.units import Unit

_EXAMPLE = 100
"""Points, where there is nothing to have for them."""

Held = Mapping[Unit, int]
"""Units that a member can use, of every unit that the program has; negative while some are owed."""


@dataclass(frozen=True, slots=True)
class Goal:
    at: int
    """The balance that reaches it."""
    reward: str
    missing: int


def next_goal(program: Program, unit: Unit, balance: int, passed: Collection[int] = ()) -> Goal | None:
    """None where no reward lies ahead. `passed`: milestones that give nothing more on this card."""
    if unit is Unit.STAMPS:
        return _next_milestone(program, balance, passed)
    ahead = (priced for priced in list_priced(program, unit) if priced.price > balance)
    nearest = next(ahead, None)
    return Goal(nearest.price, nearest.title, nearest.price - balance) if nearest else None


def list_priced(program: Program, unit: Unit) -> list[RewardTemplate]:
    """Rewards that such units pay for, cheapest first."""
    paid = (t for t in program.rewards if t.issue is not IssueMode.MILESTONE and t.unit is unit)
    return sorted(paid, key=lambda template: template.price)


def list_affordable(program: Program, held: Held) -> list[RewardTemplate]:
    """Rewards that the member may choose now."""
    return [
        template
        for unit, balance in held.items()
        for template in list_priced(program, unit)
        if template.issue is IssueMode.CHOOSE and template.price <= balance
    ]


def has_reached(program: Program, held: Held) -> bool:
    """Whether it is enough for what gives itself: a full card, units that turn into a reward."""
    is_full = 0 < program.goal <= held[Unit.STAMPS]
    return is_full or any(t.issue is IssueMode.CONVERT and t.price <= held[t.unit] for t in program.rewards)


def full_card(program: Program) -> int:
    """What an example is measured by: the stamps of a full card, else the price of the cheapest reward."""
    priced = list_priced(program, Unit.POINTS)
    return program.goal or (priced[0].price if priced else _EXAMPLE)


def _next_milestone(program: Program, stamps: int, passed: Collection[int]) -> Goal | None:
    if not program.milestones:
        return None
    upcoming = program.next_milestone(stamps, passed)
    missing = upcoming.at - stamps
    return Goal(
        upcoming.at,
        upcoming.reward,
        missing if missing > 0 else _left_of(missing, program.goal) or program.goal,
    )


def _left_of(stamps: int, goal: int) -> int:
    """On the last of so many cards, the others full."""
    return stamps - goal * floor_share(stamps, 1, goal)
