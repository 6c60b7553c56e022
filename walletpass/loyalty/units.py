"""What is collected, and what a merchant calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    STAMPS = "stamps"
    """Fill a card with a goal."""
    POINTS = "points"
    """A balance without an end."""


UNITS = tuple(Unit)
"""To go through an Enum itself takes ten times as long."""


@dataclass(frozen=True, slots=True)
class UnitName:
    """In one language: "bean", "beans"."""

    one: str
    other: str


UnitNames = Mapping[Unit, Mapping[str, UnitName]]
"""Unit -> language -> its name. A unit or language that is missing has the shipped word."""
