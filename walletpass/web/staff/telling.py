"""What the counter says about a card and about what was done to it."""

from walletpass.loyalty.units import Unit, UnitNames
from walletpass.loyalty.wording import Money, Sentence, UnitCount, counted, sentence
from walletpass.operations.cards.counter_view import CounterCard
from walletpass.operations.posting.outcome import VISITS, Done, Outcome


def tell_progress(stamps: int, goal: int, points: int, names: UnitNames) -> Sentence:
    """`goal` 0: only points are collected. `names`: what the merchant calls them."""
    total = UnitCount(points, Unit.POINTS, names)
    if not goal:
        return Sentence("%(points)s", "", {"points": total})
    progress = sentence("%(stamps)s of %(goal)s", stamps=stamps, goal=goal)
    return (
        Sentence("%(progress)s, %(points)s", "", {"progress": progress, "points": total})
        if points
        else progress
    )


def tell_card(card: CounterCard, names: UnitNames) -> Sentence:
    """For people who listen instead of looking."""
    progress = tell_progress(card.stamps, card.goal, card.points, names)
    if not card.member:
        return sentence("Card found: %(progress)s.", progress=progress)
    return sentence("Card of %(member)s: %(progress)s.", member=card.member, progress=progress)


def tell_quote(order: Money, off: Money) -> Sentence:
    """What a coupon takes off an order, before it is used."""
    left = Money(order.minor - off.minor, order.currency)
    return sentence("%(off)s off. To pay: %(left)s.", off=off, left=left)


def tell_outcome(outcome: Outcome, names: UnitNames, off: Sentence | None = None) -> Sentence:
    """`off`: what a coupon took off the order."""
    progress = tell_progress(outcome.stamps, outcome.goal, outcome.points, names)
    if outcome.repeat:
        return sentence("Already counted just now. %(progress)s.", progress=progress)
    rewards = ", ".join(outcome.gained)
    if rewards and outcome.done in VISITS:
        return sentence("Stamped. Ready now: %(rewards)s. %(progress)s.", rewards=rewards, progress=progress)
    done = _tell_done(outcome, names, progress, off)
    return sentence("%(done)s Ready now: %(rewards)s.", done=done, rewards=rewards) if rewards else done


def _tell_done(outcome: Outcome, names: UnitNames, progress: Sentence, off: Sentence | None) -> Sentence:
    match outcome.done:
        case Done.STAMPED if not outcome.added:
            added = UnitCount(outcome.added_points, Unit.POINTS, names)
            return sentence("Added: %(units)s. %(progress)s.", units=added, progress=progress)
        case Done.STAMPED:
            return counted(
                "Stamped. %(progress)s.",
                "%(n)s stamps added. %(progress)s.",
                outcome.added,
                progress=progress,
            )
        case Done.REDEEMED if off:
            return sentence("Redeemed. %(off)s. %(progress)s.", off=off, progress=progress)
        case Done.REDEEMED:
            return sentence("Redeemed. Hand it over! %(progress)s.", progress=progress)
    return sentence("Undone. %(progress)s.", progress=progress)
