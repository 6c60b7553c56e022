"""What one activity may earn of one unit, for any amount and any items: the part of a decision that is kept.

Place, time, tier, limits and today's rules are behind it. What is left depends on the basket alone, so that a
refund is computed by what held when the units were earned, whatever has become of the rules.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any, Self

from walletpass.loyalty.earn_rules import Trigger


@dataclass(frozen=True, slots=True)
class Offer:
    """An earn rule that was open to the activity."""

    rule: str
    """Its id; empty for stamps that staff give where no rule says what a visit earns."""
    trigger: Trigger
    name: str = ""
    units: int = 0
    per_minor: int = 0
    items: Mapping[str, int] = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class Factor:
    """A multiplier, in per cent."""

    rule: str
    """Its id; empty for the member's tier."""
    percent: int
    name: str = ""
    minimum_minor: int = 0
    priority: int = 0
    exclusive: bool = False
    counted_from: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    offers: tuple[Offer, ...]
    factors: tuple[Factor, ...]
    ceiling: int
    """Per cent."""

    def document(self) -> dict[str, Any]:
        """JSON values; what is as usual is left out."""
        return {
            "offers": [{**_write(offer), "trigger": offer.trigger.value} for offer in self.offers],
            "factors": [_write(factor) for factor in self.factors],
            "ceiling": self.ceiling,
        }

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Self:
        return cls(
            tuple(
                Offer(**{**_read(each), "trigger": Trigger(each["trigger"])}) for each in document["offers"]
            ),
            tuple(Factor(**_read(each)) for each in document["factors"]),
            document["ceiling"],
        )


def _write(value: Offer | Factor) -> dict[str, Any]:
    written = {each.name: getattr(value, each.name) for each in fields(value)}
    kept = {each.name: written[each.name] for each in fields(value) if written[each.name] != _usual(each)}
    if value.counted_from:
        kept["counted_from"] = value.counted_from.isoformat()
    return kept


def _usual(each: Any) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _read(document: Mapping[str, Any]) -> dict[str, Any]:
    since = document.get("counted_from")
    return {**document, "counted_from": date.fromisoformat(since) if since else None}
