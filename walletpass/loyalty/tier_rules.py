"""Tiers as a merchant sets them."""

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What qualifies; never the balance that can be spent."""

    UNITS = "units"
    SPEND = "spend"
    """Minor units."""
    VISITS = "visits"


class Window(StrEnum):
    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    ROLLING_YEAR = "rolling_12_months"


@dataclass(frozen=True, slots=True)
class TierRule:
    id: str
    """Stable over versions."""
    name: str
    at: int
    """Least measure that qualifies."""
    benefit: str = ""
    """In the merchant's words."""
    factor: int = 100
    """Per cent of what is earned in this tier."""
    reward: str = ""
    """Id of the reward template given on entering, once per member."""


@dataclass(frozen=True, slots=True)
class TierPlan:
    """`tiers` ascending by `at`; who reaches none has none."""

    tiers: tuple[TierRule, ...] = ()
    measure: Measure = Measure.VISITS
    window: Window = Window.ROLLING_YEAR
    grace_days: int = 30
    """Between the notice that a tier ends and its end."""
