"""What can be done while a programme is in which state. The rest can be done always: what is owed is owed."""

from collections.abc import Callable, Mapping

from walletpass.loyalty.program import ProgramState, can_earn, can_redeem
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.posting.outcome import Done

_GUARDS: Mapping[Done, Callable[[ProgramState], bool]] = {
    Done.STAMPED: can_earn,
    Done.EARNED: can_earn,
    Done.GIVEN: can_earn,
    Done.RESERVED: can_redeem,
    Done.REDEEMED: can_redeem,
    Done.CHOSEN: can_redeem,
}


def guard_state(state: ProgramState, done: Done) -> None:
    """Raises Refusal: program_ended, program_paused."""
    guard = _GUARDS.get(done)
    if guard is not None and not guard(state):
        raise Refusal("program_ended" if state is ProgramState.ENDED else "program_paused")
