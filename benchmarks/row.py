"""One line of a result."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    value: float
    unit: str
    target: str | None = None
    """None where a number is reported only."""
    holds: bool | None = None

    def line(self) -> str:
        verdict = {None: "", True: "holds", False: "MISSED"}[self.holds]
        return f"  {self.name:74} {self.value:>10,.4g} {self.unit:8} {self.target or '':7} {verdict}"


def at_most(name: str, value: float, unit: str, bound: float) -> Row:
    return Row(name, value, unit, f"≤ {bound:g}", value <= bound)


def at_least(name: str, value: float, unit: str, bound: float) -> Row:
    return Row(name, value, unit, f"≥ {bound:g}", value >= bound)
