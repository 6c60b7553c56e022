"""What the counter says about a card and about what was done to it."""

from walletpass.loyalty.wording import Sentence, counted, sentence
from walletpass.operations.cards.counter_view import CounterCard
from walletpass.operations.posting.outcome import Done, Outcome


def tell_progress(stamps: int, goal: int) -> Sentence:
    return sentence("%(stamps)s of %(goal)s", stamps=stamps, goal=goal)


def tell_card(card: CounterCard) -> Sentence:
    """For people who listen instead of looking."""
    progress = tell_progress(card.stamps, card.goal)
    if not card.member:
        return sentence("Card found: %(progress)s.", progress=progress)
    return sentence("Card of %(member)s: %(progress)s.", member=card.member, progress=progress)


def tell_outcome(outcome: Outcome) -> Sentence:
    progress = tell_progress(outcome.stamps, outcome.goal)
    if outcome.repeat:
        return sentence("Already counted just now. %(progress)s.", progress=progress)
    if outcome.gained:
        rewards = ", ".join(outcome.gained)
        return sentence("Stamped. Ready now: %(rewards)s. %(progress)s.", rewards=rewards, progress=progress)
    match outcome.done:
        case Done.STAMPED:
            return counted(
                "Stamped. %(progress)s.",
                "%(n)s stamps added. %(progress)s.",
                outcome.added,
                progress=progress,
            )
        case Done.REDEEMED:
            return sentence("Redeemed. Hand it over! %(progress)s.", progress=progress)
    return sentence("Undone. %(progress)s.", progress=progress)
