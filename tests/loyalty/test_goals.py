"""What is missing to the next reward."""

from zoneinfo import ZoneInfo

import pytest

from walletpass.loyalty.goals import Goal, next_goal
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.units import Unit

CARD = Program((Milestone(3, "Cookie"),), ZoneInfo("Europe/Amsterdam"))


@pytest.mark.parametrize(("stamps", "missing"), [(-2, 5), (0, 3), (2, 1), (3, 3), (4, 2), (6, 3), (7, 2)])
def test_something_is_missing_whatever_is_on_the_card(stamps: int, missing: int) -> None:
    """Stamps that may not be turned into rewards stay on it: the next card is counted then."""
    assert next_goal(CARD, Unit.STAMPS, stamps) == Goal(3, "Cookie", missing)
