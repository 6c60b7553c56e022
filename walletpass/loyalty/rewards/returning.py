"""Which rewards go back with what brought them, and which stay because what is left brings them too."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from walletpass.loyalty.refunds import Credit
from walletpass.loyalty.rewards.places import PlaceGiven, find_passed
from walletpass.loyalty.rounding import floor_share
from walletpass.loyalty.units import Unit


class Brought(NamedTuple):
    """A reward that may go back: one that was not used, or units, which can be owed."""

    reward_id: int
    template: str
    """Empty: no limit counts it as held."""
    is_orphan: bool
    """What brought it is taken back, now or before."""
    place: int = 0
    """On the card of stamps; 0: something else brought it."""
    price: int = 0
    """0: nothing paid for it."""
    unit: Unit = Unit.STAMPS
    entry_id: int | None = None
    """What paid for it."""
    bonus: Credit | None = None
    """What it is, where that is units."""

    def gives(self, unit: Unit) -> int:
        """How many of the units that it is are there still, or were used."""
        return self.bonus.left if self.bonus and self.bonus.unit is unit else 0


def list_unearned(
    brought: Sequence[Brought],
    on_card: Sequence[PlaceGiven],
    available: Mapping[Unit, int],
    due: Mapping[Unit, int],
    goal: int,
    *,
    whole: bool,
) -> list[Brought]:
    """Those that go back before units do, last first. `brought`: oldest first; `due`: units that go back.

    Those that were paid for go while the rest does not pay for them. Of a place on the card, as many go as the stamps
    go back over it, on whichever card; and an orphan whose stamps ran out, or where another stands for the same ones.
    What neither brought goes with the whole. Units that were a reward go back with it, and may take others along;
    they do not hold the place that brought them.
    """
    wanted: Mapping[Unit, int] = {}
    unearned: list[Brought] = []
    more = due
    while more != wanted:
        wanted = more
        unearned = _list_going(brought, on_card, available, wanted, goal, whole=whole)
        more = {unit: n + sum(each.gives(unit) for each in unearned) for unit, n in due.items()}
    return unearned


def _list_going(
    brought: Sequence[Brought],
    on_card: Sequence[PlaceGiven],
    available: Mapping[Unit, int],
    due: Mapping[Unit, int],
    goal: int,
    *,
    whole: bool,
) -> list[Brought]:
    unused, here = {each.reward_id for each in brought}, {each.reward_id for each in on_card}
    orphans = {each.reward_id for each in brought if each.is_orphan}
    others = [each for each in on_card if each.reward_id not in orphans]
    stamps = available[Unit.STAMPS]
    used = {each.milestone for each in on_card if each.reward_id not in unused}
    used -= {each.place for each in brought if each.reward_id in here}
    left = dict(available)
    unearned: list[Brought] = []
    after = stamps - due[Unit.STAMPS]
    own = {each.place: each.gives(Unit.STAMPS) if after < stamps else 0 for each in brought}
    gone_over = {at: _count_gone_over(at, goal, stamps, after - own[at], is_used=at in used) for at in own}
    for each in reversed(brought):
        if each.price:
            goes = left[each.unit] < due[each.unit]
        elif not each.place:
            goes = each.is_orphan and whole
        elif gone_over[each.place]:
            goes = True
            gone_over[each.place] -= 1
        else:
            is_ours = each.is_orphan and each.reward_id in here
            goes = is_ours and (stamps < each.place or each.place in find_passed(others, stamps))
        if goes:
            unearned.append(each)
            left[each.unit] += each.price
    return unearned


def _count_gone_over(place: int, goal: int, before: int, after: int, *, is_used: bool) -> int:
    """Below 0 stamps are on cards whose reward was used. One that was used on this card is not had back."""
    on_this = int(after < place <= before)
    if not goal:
        return 0 if is_used else on_this
    on_full = max(0, floor_share(min(before, 0) - place, 1, goal) - floor_share(after - place, 1, goal))
    return on_full + (0 if is_used else on_this)
