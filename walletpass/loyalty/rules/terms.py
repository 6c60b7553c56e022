"""What one activity may earn of one unit, for any amount and any items: the part of a decision that is kept.

Place, time, tier, limits and today's rules are behind it. What is left depends on the basket alone, so that a
refund is computed by what held when the units were earned, whatever has become of the rules.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

import msgspec

from walletpass.loyalty.earn_rules import Trigger


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An earn rule that was open to the activity."""

    rule: str
    """Its id; empty for stamps that staff give where no rule says what a visit earns."""
    trigger: Trigger
    name: str = ""
    units: int = 0
    per_minor: int = 0
    items: Mapping[str, int] = {}
    by_item: bool = False
    carry: bool = False
    carried: int = 0
    """Minor units brought along from before. Below 0 after a refund of money that a unit was given for since."""
    minimum_minor: int = 0
    priority: int = 0
    exclusive: bool = False
    reward: str = ""
    referrer: bool = False
    counted_from: date | None = None
    """First day of the period in which a limit counts it; None: no limit."""


class Factor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A multiplier, in per cent."""

    rule: str
    """Its id; empty for the member's tier."""
    percent: int
    name: str = ""
    minimum_minor: int = 0
    priority: int = 0
    exclusive: bool = False
    counted_from: date | None = None


class Terms(msgspec.Struct, frozen=True):
    offers: tuple[Offer, ...]
    factors: tuple[Factor, ...]
    ceiling: int
    """Per cent."""

    def document(self) -> dict[str, Any]:
        """JSON values; what is as usual is left out."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        """Raises msgspec.ValidationError."""
        return msgspec.convert(document, cls)
