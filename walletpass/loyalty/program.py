"""A programme's rules, as published. One version never changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from walletpass.loyalty.earn_rules import EarnRule
from walletpass.loyalty.expiry_policy import ExpiryPolicy
from walletpass.loyalty.reward_templates import RewardTemplate
from walletpass.loyalty.tier_rules import TierPlan
from walletpass.loyalty.units import Unit, UnitNames

LEAST_GOAL, MOST_GOAL = 1, 30
"""How many stamps a card may have: what can be drawn on a strip and still be told apart."""
LONGEST_REWARD = 60


class ProgramKind(StrEnum):
    STAMPS = "stamps"
    POINTS = "points"
    MIXED = "mixed"


class ProgramState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    """For a while: what customers have stays theirs to use."""
    ENDED = "ended"


class Migration(StrEnum):
    """Which cards follow a new version."""

    MOVE_ALL = "move_all"
    KEEP_PROMISE = "keep_promise"
    """A card in progress keeps the rules it was begun with until it is full."""


class Clawback(StrEnum):
    """What happens when units that are taken back were spent already."""

    ALLOW_NEGATIVE = "allow_negative"
    """What comes next pays for it."""
    CLAMP = "clamp_to_zero"
    """The rest is written off, and reported."""
    BLOCK = "block"
    """It is refused."""


@dataclass(frozen=True, slots=True)
class Milestone:
    at: int
    """Stamps on the card when the reward is given."""
    reward: str
    """The reward's name, as the merchant wrote it."""
    template: str = ""
    """Id of the reward template that says more; empty: a gift of that name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Against mistakes and fraud; seconds and stamps."""

    repeat_window: int = 5
    """A second scan this soon is taken as the same one."""
    cool_down: int = 30
    """A second scan this soon needs a reason."""
    most_per_scan: int = 3
    most_per_day: int = 5
    undo_window: int = 60
    per_card_per_minute: int = 10
    per_shop_per_minute: int = 100
    """0: no limit."""
    most_stamps_alone: int | None = None
    """By hand, on one card and day; more needs a second person. None: one person gives and takes any number."""
    most_points_alone: int | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """What the join page asks for. None: not asked; False: may be given; True: must be given."""

    name: bool | None = False
    email: bool | None = False
    phone: bool | None = None
    birthday: bool | None = None


@dataclass(frozen=True, slots=True)
class Program:
    milestones: tuple[Milestone, ...]
    zone: ZoneInfo
    limits: Limits = field(default_factory=Limits)
    asks: Asks = field(default_factory=Asks)
    kind: ProgramKind = ProgramKind.STAMPS
    currency: str = "EUR"
    """ISO 4217."""
    unit_names: UnitNames = field(default_factory=dict)
    earn: tuple[EarnRule, ...] = ()
    rewards: tuple[RewardTemplate, ...] = ()
    expiry: ExpiryPolicy = field(default_factory=ExpiryPolicy)
    clawback: Clawback = Clawback.ALLOW_NEGATIVE
    multiplier_ceiling: int = 500
    """Per cent: all multipliers together make no more of it."""
    tier_plan: TierPlan = field(default_factory=TierPlan)
    earns_on_rewarded_part: bool = False
    """Whether what a reward or gift card paid earns too."""
    earns_on_gift_cards: bool = False
    """Whether gift cards that are bought earn."""
    earns_on_tax: bool = True
    """Whether amounts earn with their tax in them."""
    grace_days: int = 14
    """Of units given back after their end."""
    rotating_codes: bool = False
    """Whether barcodes change all the time, on phones that can do that: a picture of one is then worth nothing."""

    @property
    def goal(self) -> int:
        """Stamps that fill a card; 0 where there are only points."""
        return self.milestones[-1].at if self.milestones else 0

    def next_milestone(self, stamps: int, passed: Collection[int] = ()) -> Milestone:
        """The one ahead of a card with so many stamps; on a full card the first of the next card.

        `passed`: places that gave their reward for these stamps already, so that only the last of a card gives again.
        """
        ahead = (m for m in self.milestones if m.at > stamps and self.gives_at(m.at, passed))
        return next(ahead, self.milestones[0])

    def gives_at(self, place: int, passed: Collection[int]) -> bool:
        """Of a milestone's place, once the card comes to it."""
        return place == self.goal or place not in passed


_UNITS: Mapping[ProgramKind, frozenset[Unit]] = {
    ProgramKind.STAMPS: frozenset({Unit.STAMPS}),
    ProgramKind.POINTS: frozenset({Unit.POINTS}),
    ProgramKind.MIXED: frozenset(Unit),
}


def units_of(kind: ProgramKind) -> frozenset[Unit]:
    return _UNITS[kind]


def can_join(state: ProgramState) -> bool:
    return state is ProgramState.ACTIVE


def can_earn(state: ProgramState) -> bool:
    return state is ProgramState.ACTIVE


def can_redeem(state: ProgramState) -> bool:
    return state in (ProgramState.ACTIVE, ProgramState.PAUSED)
