"""What is wrong with a program, found all at once: each problem a sentence that names the rule."""

from collections.abc import Collection, Container, Iterable

from walletpass.loyalty.program import Program
from walletpass.loyalty.program_problems.earn_rules import find_rule_problems
from walletpass.loyalty.program_problems.plans import find_plan_problems
from walletpass.loyalty.program_problems.rewards import find_reward_problems
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence


class BadProgram(Refusal):
    """Rules that cannot be published."""

    def __init__(self, problems: Iterable[Sentence]) -> None:
        self.problems = tuple(problems)
        numbered = {f"problem{number}": problem for number, problem in enumerate(self.problems)}
        holes = " ".join(f"%({name})s" for name in numbered)
        super().__init__("bad_program", problems=Sentence(holes, "", numbered))


def find_problems(
    program: Program, currencies: Container[str], location_ids: Collection[int] | None = None
) -> tuple[Sentence, ...]:
    """Everything that contradicts itself or another part, in the order in which people read rules.

    `currencies` are the codes of ISO 4217 in use; `location_ids` the merchant's own, None where it is not known whose
    program it is.
    """
    return (
        *find_reward_problems(program),
        *find_rule_problems(program, location_ids),
        *find_plan_problems(program, currencies),
    )
