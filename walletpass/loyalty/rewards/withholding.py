"""Why units lie on a card that are enough for a reward: a limit of the reward holds it back."""

from collections.abc import Iterator
from datetime import datetime

from walletpass.loyalty.goals import Held, next_goal
from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.issuing import Shelf, convert, issue_milestones
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, sentence

_FOR_NOW = "use_rewards_first"
_TOLD = {
    _FOR_NOW: sentence("%(reward)s: at most %(most)s can wait unused. Use one, and the next one comes."),
    "reward_out_of_stock": sentence("%(reward)s: there are none left now. What you collected stays here."),
    "reward_taken": sentence(
        "%(reward)s: you have had it as often as it is given. What you collected stays here."
    ),
}
"""What the member reads, by the code of the refusal."""


def tell_withheld(program: Program, shelf: Shelf, held: Held, now: datetime) -> Sentence | None:
    """None where nothing lies there for such a reason. `held`: of every unit."""
    refusal = next(_list_withheld(program, shelf, held, now), None)
    return Sentence(_TOLD[refusal.code].message, "", refusal.sentence.values) if refusal else None


def _list_withheld(program: Program, shelf: Shelf, held: Held, now: datetime) -> Iterator[Refusal]:
    """Points that go on to another reward only wait for one that comes by itself."""
    stamps, points = held[Unit.STAMPS], held[Unit.POINTS]
    if program.milestones:
        yield from issue_milestones(shelf, program.milestones, stamps, stamps, now).withheld
    go_on = next_goal(program, Unit.POINTS, points) is not None
    for refusal in convert(shelf, Unit.POINTS, points, now).withheld:
        if refusal.code == _FOR_NOW or not go_on:
            yield refusal
