"""What is told to a member of a card: sentences made of facts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from walletpass.card.card import group_alike
from walletpass.loyalty.goals import Goal, Held, list_affordable, list_priced, next_goal
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.reward_templates import RewardTemplate
from walletpass.loyalty.telling_entries import Posted, tell_owed, tell_together
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence, UnitCount, counted, in_a_row, sentence

CARD_NUMBER = sentence("Card number")
"""What the code is called that can be typed."""

_UNDOING = {EntryKind.REVERSE_CONVERT, EntryKind.REVERSE_EARN}


def main_unit(program: Program) -> Unit:
    """The one that the picture on the card shows."""
    return Unit.POINTS if program.kind is ProgramKind.POINTS else Unit.STAMPS


def tell_progress(program: Program, unit: Unit, balance: int) -> Sentence:
    """Short: "5 of 8" or "340 points"."""
    if unit is Unit.STAMPS and balance >= 0:
        return sentence("%(stamps)s of %(goal)s", stamps=balance, goal=program.goal)
    return Sentence("%(units)s", "", {"units": UnitCount(balance, unit, program.unit_names)})


def tell_missing(goal: Goal) -> Sentence:
    """Of the next reward, short: "3 to go"."""
    return sentence("%(missing)s to go", missing=goal.missing)


def tell_summary(program: Program, held: Held, passed: Collection[int] = ()) -> Sentence:
    """How the card stands, in whole sentences. `passed`: milestones that give nothing more on this card."""
    there = in_a_row(_tell_standing(program, unit, balance, passed) for unit, balance in held.items())
    affordable = ", ".join(template.title for template in list_affordable(program, held))
    if affordable:
        there = sentence("%(there)s You can choose: %(rewards)s.", there=there, rewards=affordable)
    return there


def tell_deal(program: Program) -> Sentence:
    """The programme's promise in one line."""
    first, *others = list_promises(program)
    for other in others:
        first = sentence("%(first)s; %(second)s", first=first, second=other)
    return first


def list_promises(program: Program) -> list[Sentence]:
    """What so many units bring, each; at least one."""
    priced = [_tell_price(program, template) for unit in Unit for template in list_priced(program, unit)]
    return [*map(tell_milestone, program.milestones), *priced] or [sentence("Collect points at every visit")]


def tell_milestone(milestone: Milestone) -> Sentence:
    """What that many stamps bring."""
    return counted(
        "%(n)s stamp: %(reward)s", "%(n)s stamps: %(reward)s", milestone.at, reward=milestone.reward
    )


def list_titles(rewards: Iterable[str]) -> str:
    return ", ".join(group_alike(rewards))


def tell_all_ready(rewards: Sequence[str]) -> Sentence:
    """What waits to be used, by its titles."""
    return sentence("Ready for you: %(rewards)s.", rewards=list_titles(rewards))


def tell_ready(reward: str, last_day: date) -> Sentence:
    return sentence("%(reward)s, valid through %(day)s", reward=reward, day=last_day)


def tell_news(program: Program, lines: Sequence[Posted], rewards: Sequence[str]) -> Sentence:
    """What happened last: the `lines` of the newest activity in order, and the rewards that it gave."""
    if not lines:
        return sentence("Welcome! %(deal)s", deal=tell_deal(program))
    last = next((line for line in reversed(lines) if line.quantity), lines[-1])
    if rewards:
        return sentence(
            "%(rewards)s: ready for you. %(progress)s.",
            rewards=list_titles(rewards),
            progress=tell_progress(program, last.unit, last.after),
        )
    if {line.kind for line in lines} >= _UNDOING:
        return sentence("Corrected: %(progress)s.", progress=tell_progress(program, last.unit, last.after))
    return tell_together(program, lines)


def _tell_price(program: Program, template: RewardTemplate) -> Sentence:
    units = UnitCount(template.price, template.unit, program.unit_names)
    return Sentence("%(units)s: %(reward)s", "", {"units": units, "reward": template.title})


def _tell_standing(program: Program, unit: Unit, balance: int, passed: Collection[int]) -> Sentence:
    """Such as: 5 of 8 stamps. Next: free starter, 3 to go."""
    if balance < 0:
        return Sentence("%(owed)s.", "", {"owed": tell_owed(program, unit, -balance)})
    goal = next_goal(program, unit, balance, passed)
    units = UnitCount(balance, unit, program.unit_names)
    if goal is None:
        return Sentence("%(units)s.", "", {"units": units})
    if unit is Unit.STAMPS:
        return sentence(
            "%(stamps)s of %(goal)s stamps. Next: %(reward)s, %(missing)s to go.",
            stamps=balance,
            goal=program.goal,
            reward=goal.reward,
            missing=goal.missing,
        )
    return sentence(
        "%(units)s. Next: %(reward)s, %(missing)s to go.",
        units=units,
        reward=goal.reward,
        missing=goal.missing,
    )
