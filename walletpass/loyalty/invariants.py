"""What every ledger keeps, whatever happens and in whatever order, and where one does not."""

from dataclasses import dataclass
from enum import IntEnum


class Invariant(IntEnum):
    ONLY_ADDED = 1
    """Entries, allocations and money moves are never changed; corrections are new rows."""
    FOLLOWS = 2
    """What is kept beside the ledger follows from it: balances, counters, the state of rewards."""
    LOTS = 3
    """No lot holds less than nothing or more than it began with, and every debit says where it took from."""
    KEYS = 4
    """One key, one outcome."""
    ONCE = 5
    """A rule gives once for an activity, and nothing is taken back twice."""
    ONE_BY_ONE = 6
    """No two write to one account or gift card at the same moment; none spends what another spent."""
    CHAINED = 7
    """Numbered without a gap, each under the hash of the one before it."""
    WHOLE = 8
    """Whole numbers only."""
    TOLD = 9
    """Whatever changes a card gives it a new version."""
    APART = 10
    """Units and money never share a balance."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What is wrong, with ids only: nothing about a person."""

    invariant: Invariant
    what: str
    entry_id: int | None = None
