"""What a refund takes back: the difference to what the rest of the purchase would have earned.

Computed from the terms stored with each entry, never from today's rules. A partial refund is not rounded on its own:
the entitlement for all that is left is, so many small refunds take back as much as one large one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from walletpass.loyalty.ledger import REVERSALS, EntryKind, Line
from walletpass.loyalty.program import Clawback
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.rules.earn import list_counted, list_rewards
from walletpass.loyalty.rules.entitlement import Entitlement, entitle
from walletpass.loyalty.rules.terms import Terms
from walletpass.loyalty.units import Unit


@dataclass(frozen=True, slots=True)
class Credit:
    """An `earn` or `bonus` of the activity that is taken back."""

    id: int
    """Of the entry."""
    kind: EntryKind
    quantity: int
    unit: Unit = Unit.STAMPS
    rule: str = ""
    breakdown: Mapping[str, Any] | None = None
    taken_back: int = 0
    """By earlier refunds, with what they wrote off (`count_taken_back`)."""
    reward: int | None = None
    """Id of the issued reward that these units are."""

    @property
    def left(self) -> int:
        """Never below 0: what was taken back may have come out of another lot, and this one ran out as a whole."""
        return max(0, self.quantity - self.taken_back)


@dataclass(frozen=True, slots=True)
class Clawed:
    """Together what was wanted."""

    taken: int
    """From what the member has."""
    deficit: int = 0
    """The next credits pay for it."""
    written_off: int = 0


@dataclass(frozen=True, slots=True)
class Refunded:
    lines: tuple[Line, ...]
    """`reverse_earn`, also of 0 units where only a remainder changes or all is written off."""
    carried: Mapping[str, int]
    """Rule id -> minor units to add to what is carried; the sum may go below 0."""
    rewards: tuple[tuple[str, str], ...]
    """Rule id and reward template id that are no longer earned."""
    uncounted: tuple[Counted, ...]
    clawed: Mapping[Unit, Clawed]


def count_taken_back(reversals: Sequence[tuple[int, Mapping[str, Any] | None]]) -> int:
    """Of the (quantity, breakdown) of every entry that reverses the same one."""
    return sum((breakdown or {}).get("written_off", 0) - quantity for quantity, breakdown in reversals)


def decide_clawback(policy: Clawback, wanted: int, available: int) -> Clawed:
    """How units that are due back are had. `available` below 0 counts as 0. Raises Refusal units_used."""
    taken = min(wanted, max(0, available))
    missing = wanted - taken
    if missing and policy is Clawback.BLOCK:
        raise Refusal("units_used")
    if policy is Clawback.CLAMP:
        return Clawed(taken, written_off=missing)
    return Clawed(taken, deficit=missing)


def decide_refund(
    policy: Clawback,
    credits_: Sequence[Credit],
    before: Basket,
    after: Basket,
    available: Mapping[Unit, int],
    bonuses: Sequence[Credit] = (),
    reason: str = "",
) -> Refunded:
    """Take back what the activity's credits are too much, now that `after` is left of `before`; NOTHING voids it all.

    `available`: per unit, what can be taken, with what the activity itself gave even if it waits. An entry without
    stored terms is taken back only as a whole. `bonuses`: of rewards that go back, whatever is left of the purchase.
    `reason`: of the lines, where nothing was returned. Raises Refusal units_used.
    """
    lines: list[Line] = []
    carried: dict[str, int] = {}
    rewards: list[tuple[str, str]] = []
    uncounted: list[Counted] = []
    clawed: dict[Unit, Clawed] = {}
    for unit in Unit:
        own = [credit for credit in credits_ if credit.unit is unit]
        terms = _find_terms(own)
        was, now = entitle(terms, before), entitle(terms, after)
        with_rewards = [credit for credit in bonuses if credit.unit is unit]
        backs = _spread(own, now, whole=not after.quantity) + [credit.left for credit in with_rewards]
        clawed[unit] = decide_clawback(policy, sum(backs), available.get(unit, 0))
        moved = _move_carried(terms, was, now)
        off = clawed[unit].written_off
        lines += _write_lines([*own, *with_rewards], backs, off, moved, after, reason)
        carried |= moved
        rewards += [each for each in list_rewards(was) if each not in list_rewards(now)]
        uncounted += set(list_counted(was, -1)) - set(list_counted(now, -1))
    return Refunded(tuple(lines), carried, tuple(rewards), tuple(uncounted), clawed)


def _find_terms(own: Sequence[Credit]) -> Terms:
    """All entries of an activity and unit have the same."""
    for credit in own:
        if credit.breakdown and "offers" in credit.breakdown:
            return Terms.load(credit.breakdown)
    return Terms((), (), 100)


def _spread(own: Sequence[Credit], now: Entitlement, *, whole: bool) -> list[int]:
    """How much goes back of each credit.

    Each keeps its present share, at most what it has left. Rounding, or a rule that now steps in for another, may
    give a share more than that: then other credits keep it, in order, so that the sum is right.
    """
    if whole:
        return [credit.left for credit in own]
    shares = {share.offer.rule: share.units for share in now.shares}
    kept = [
        credit.left if not credit.breakdown else min(shares.get(credit.rule, 0), credit.left)
        for credit in own
    ]
    missing = now.units - sum(keep for keep, credit in zip(kept, own, strict=True) if credit.breakdown)
    backs = []
    for keep, credit in zip(kept, own, strict=True):
        more = min(max(0, missing), credit.left - keep)
        missing -= more
        backs.append(credit.left - keep - more)
    return backs


def _move_carried(terms: Terms, was: Entitlement, now: Entitlement) -> dict[str, int]:
    """What was carried away from this activity, and by how much that is another sum now."""
    before, after = ({s.offer.rule: s.carried for s in each.shares} for each in (was, now))
    carrying = [offer for offer in terms.offers if offer.carry]
    moved = {o.rule: after.get(o.rule, o.carried) - before.get(o.rule, o.carried) for o in carrying}
    return {rule: by for rule, by in moved.items() if by}


def _write_lines(
    own: Sequence[Credit],
    backs: Sequence[int],
    written_off: int,
    moved: Mapping[str, int],
    after: Basket,
    reason: str,
) -> Iterator[Line]:
    """What is written off is off the first ones; the first line says what happens to remainders."""
    for credit, back in zip(own, backs, strict=True):
        if not back and not moved:
            continue
        off = min(back, written_off)
        written_off -= off
        breakdown: dict[str, Any] = {"basket": after.document()}
        if off:
            breakdown["written_off"] = off
        if moved:
            breakdown["carried"] = dict(moved)
            moved = {}
        yield Line(
            REVERSALS[credit.kind],
            off - back,
            credit.id,
            credit.kind is EntryKind.BONUS,
            unit=credit.unit,
            rule=credit.rule,
            breakdown=breakdown,
            reason=reason,
        )
