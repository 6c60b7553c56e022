"""When units run out, as a merchant sets it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ExpiryKind(StrEnum):
    NEVER = "never"
    FIXED_DURATION = "fixed_duration"
    END_OF_PERIOD = "end_of_period"
    """End of the month, quarter, half-year or year in which the duration ends."""
    FIXED_DATE = "fixed_date"
    ROLLING_ON_EARN = "rolling_on_earn"
    """Every earn moves all units that are still valid to `duration` after it."""
    ROLLING_ON_ACTIVITY = "rolling_on_activity"
    """The same, also when a reward is redeemed."""
    FIRST_OF = "first_of"
    """Rolling on earn, but at most `at_most` after the units were earned."""


class Span(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months, then days; a month more than 31 January is the last of February."""

    months: int = 0
    days: int = 0


WARNINGS = (Duration(months=2), Duration(months=1), Duration(days=14), Duration(days=7))
"""Before the last valid day."""


@dataclass(frozen=True, slots=True)
class ExpiryPolicy:
    kind: ExpiryKind = ExpiryKind.NEVER
    duration: Duration = Duration()
    span: Span = Span.YEAR
    on: date | None = None
    """Last valid day of FIXED_DATE."""
    at_most: Duration = Duration(months=36)
    """Of FIRST_OF."""
    warnings: tuple[Duration, ...] = WARNINGS

    def is_over(self, day: date) -> bool:
        """Whether what is earned on that local day would be gone at once."""
        return self.kind is ExpiryKind.FIXED_DATE and self.on is not None and day > self.on

    @property
    def rolls(self) -> bool:
        return self.kind in _ROLLING


_ROLLING = (ExpiryKind.ROLLING_ON_EARN, ExpiryKind.ROLLING_ON_ACTIVITY, ExpiryKind.FIRST_OF)
