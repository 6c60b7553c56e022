"""Two cards of one person become one: what moves, and what the one card gives then that neither gave alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from walletpass.loyalty.ledger import EntryKind, Line, LotTerms
from walletpass.loyalty.lots import Lot, end_of
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.rewards.issuing import Grant, Shelf, issue_milestones
from walletpass.loyalty.rewards.places import PlaceGiven, find_passed
from walletpass.loyalty.units import Unit


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cards, before they are joined."""

    stamps: int
    given: Sequence[PlaceGiven]

    @property
    def passed(self) -> frozenset[int]:
        return find_passed(self.given, self.stamps)


@dataclass(frozen=True, slots=True)
class Moves:
    """Lines of the ledger that ends, and of the one that goes on; together they are nothing."""

    out: tuple[Line, ...] = ()
    into: tuple[Line, ...] = ()


def move_lots(
    unit: Unit, lots: Iterable[Lot], owed: int, rolling: datetime | None, credits_: Mapping[int, int]
) -> Moves:
    """Every lot with its dates; one that rolls ends no sooner than it did. What is owed moves as well.

    `credits_`: lot id -> the entry that its units came by, in whichever ledger. The new ledger goes on naming it.
    """
    held = [lot for lot in lots if lot.remaining]
    out = [Line(EntryKind.TRANSFER_OUT, -lot.remaining, unit=unit, lot_id=lot.id) for lot in held]
    into = [
        Line(
            EntryKind.TRANSFER_IN,
            lot.remaining,
            unit=unit,
            breakdown={"credit": credits_[lot.id]},
            lot=_terms(lot, rolling),
        )
        for lot in held
    ]
    if owed:
        out.append(Line(EntryKind.TRANSFER_OUT, owed, unit=unit, lot=LotTerms()))
        into.append(Line(EntryKind.TRANSFER_IN, -owed, unit=unit))
    return Moves(tuple(out), tuple(into))


def _terms(lot: Lot, rolling: datetime | None) -> LotTerms:
    return LotTerms(end_of(lot, rolling), lot.available_from, lot.rolls, lot.latest_at, lot.earned_on)


def issue_joined(
    shelf: Shelf, milestones: Sequence[Milestone], kept: Side, gone: Side, now: datetime
) -> tuple[Grant, ...]:
    """Rewards that a card with the stamps of both has reached and neither card had.

    What stands on the next card then is less than the smaller of the two had, so it gave its rewards already.
    """
    before = max(kept.stamps, gone.stamps)
    after = min(kept.stamps + gone.stamps, milestones[-1].at)
    passed = kept.passed | gone.passed
    return issue_milestones(shelf, milestones, before, after, now, passed).grants if after > before else ()


def carry_given(kept: Side, gone: Side, filled: int) -> list[tuple[int, int]]:
    """Rewards that the joined card has given and its own ledger does not know of, each with the stamps since.

    `filled`: stamps that went into a full card; 0 where the two did not fill one.
    """
    if not filled:
        return [(each.reward_id, each.collected + kept.stamps) for each in gone.given]
    rest = kept.stamps + gone.stamps - filled
    smaller = min(kept, gone, key=attrgetter("stamps"))
    return [(each.reward_id, 0) for each in smaller.given if each.milestone <= rest]
