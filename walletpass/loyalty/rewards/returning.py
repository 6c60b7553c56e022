"""Which rewards go back with what brought them, and which stay because what is left brings them too."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from walletpass.loyalty.rewards.places import PlaceGiven, find_passed
from walletpass.loyalty.units import Unit


class Brought(NamedTuple):
    """A reward of the activity that is taken back."""

    reward_id: int
    template: str
    is_unused: bool
    place: int = 0
    """On the card of stamps; 0: something else brought it."""
    price: int = 0
    """0: nothing paid for it."""
    unit: Unit = Unit.STAMPS
    entry_id: int | None = None
    """What paid for it."""


def list_unearned(
    brought: Sequence[Brought],
    on_card: Sequence[PlaceGiven],
    available: Mapping[Unit, int],
    due: Mapping[Unit, int],
    *,
    whole: bool,
) -> list[Brought]:
    """Unused ones, last first, that go back before units do. `brought`: oldest first; `due`: units that go back.

    One that was paid for goes where the rest does not pay for it. That of a place on the card stays where that card is
    full, or still reaches the place and has no other of it. What neither brought goes with the whole.
    """
    own, open_ones = {each.reward_id for each in brought}, {each.reward_id for each in on_card}
    others = [each for each in on_card if each.reward_id not in own]
    left, opens_again, unearned = dict(available), False, []
    for each in reversed(brought):
        rest = left[each.unit] - due[each.unit]
        if each.price:
            goes = rest < 0
            opens_again = goes if each.unit is Unit.STAMPS else opens_again
        elif each.place:
            is_open = opens_again or each.reward_id in open_ones
            goes = is_open and (rest < each.place or each.place in find_passed(others, left[each.unit]))
        else:
            goes = whole
        if goes and each.is_unused:
            unearned.append(each)
            left[each.unit] += each.price
    return unearned
