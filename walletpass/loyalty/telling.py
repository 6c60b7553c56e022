"""What is told to a member: sentences made of facts."""

from collections.abc import Sequence
from dataclasses import dataclass

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program import Milestone, Program
from walletpass.loyalty.wording import Sentence, counted, sentence


@dataclass(frozen=True, slots=True)
class Told:
    """One ledger line as far as its sentence needs it."""

    kind: EntryKind
    quantity: int
    stamps_after: int
    reward: str = ""


def tell_progress(program: Program, stamps: int) -> Sentence:
    return sentence("%(stamps)s of %(goal)s", stamps=stamps, goal=program.goal)


def tell_summary(program: Program, stamps: int, ready: Sequence[str]) -> Sentence:
    """What a screen reader says of the card."""
    upcoming = program.next_milestone(stamps)
    there = sentence(
        "%(stamps)s of %(goal)s stamps. Next: %(reward)s, %(missing)s to go.",
        stamps=stamps,
        goal=program.goal,
        reward=upcoming.reward,
        missing=_missing(program, upcoming, stamps),
    )
    if not ready:
        return there
    return sentence("%(there)s Ready for you: %(rewards)s.", there=there, rewards=", ".join(ready))


def tell_deal(program: Program) -> Sentence:
    """The programme's promise in one line."""
    first, *others = (tell_milestone(m) for m in program.milestones)
    for other in others:
        first = sentence("%(first)s; %(second)s", first=first, second=other)
    return first


def tell_entry(program: Program, told: Told) -> Sentence:
    """One line of the history."""
    progress = tell_progress(program, told.stamps_after)
    match told.kind:
        case EntryKind.EARN:
            return counted(
                "Stamped: %(progress)s.",
                "%(n)s stamps added: %(progress)s.",
                told.quantity,
                progress=progress,
            )
        case EntryKind.CONVERT:
            return sentence("Card full: %(reward)s is ready for you.", reward=told.reward)
        case EntryKind.REDEEM:
            return sentence("Used: %(reward)s.", reward=told.reward)
        case EntryKind.REVERSE_REDEEM:
            return sentence("Given back: %(reward)s.", reward=told.reward)
    return sentence("Corrected: %(progress)s.", progress=progress)


def tell_news(program: Program, lines: Sequence[Told], rewards: Sequence[str]) -> Sentence:
    """What happened last: the `lines` of the newest activity in order, and the rewards that it gave."""
    if not lines:
        return sentence("Welcome! %(deal)s", deal=tell_deal(program))
    if rewards:
        return sentence(
            "%(rewards)s: ready for you. %(progress)s.",
            rewards=", ".join(rewards),
            progress=tell_progress(program, lines[-1].stamps_after),
        )
    return tell_entry(program, lines[-1])


def tell_milestone(milestone: Milestone) -> Sentence:
    """What that many stamps bring."""
    return counted(
        "%(n)s stamp: %(reward)s", "%(n)s stamps: %(reward)s", milestone.at, reward=milestone.reward
    )


def _missing(program: Program, upcoming: Milestone, stamps: int) -> int:
    return upcoming.at - stamps if upcoming.at > stamps else program.goal - stamps + upcoming.at
