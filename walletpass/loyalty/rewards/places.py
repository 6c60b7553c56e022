"""Places on a card that gave their reward, and whether they give it again."""

from collections.abc import Iterable
from typing import NamedTuple


class PlaceGiven(NamedTuple):
    reward_id: int
    milestone: int
    collected: int
    """Stamps since: less what was returned, without what has to wait, and without what merely goes on after all."""


def find_passed(given: Iterable[PlaceGiven], stamps: int) -> frozenset[int]:
    """Those that gave it for some of the card's `stamps` already: not all were collected since."""
    return frozenset(each.milestone for each in given if each.collected < stamps)
