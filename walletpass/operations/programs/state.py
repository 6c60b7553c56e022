"""Pause a programme, let it go on, end it."""

from walletpass.loyalty.program import ProgramState
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.programs.rules import get_rules_in
from walletpass.operations.roll_outs.start import start
from walletpass.operations.services import Services
from walletpass.store import merchants
from walletpass.store.roll_outs import Reason
from walletpass.store.statements import change


def change_state(services: Services, merchant_id: int, state: ProgramState) -> int:
    """How many cards follow. To the state that it has already: nothing happens.

    Raises Refusal unknown_program, program_ended.
    """
    with services.transaction() as tx:
        program_id = get_rules_in(tx, merchant_id).program_id
        merchants.hold_to_publish(tx, program_id)
        present = get_rules_in(tx, merchant_id).state
        if state is present:
            return 0
        if present is ProgramState.ENDED:
            raise Refusal("program_ended")
        change(tx, merchants.programs, program_id, state=state.value)
        return start(services, tx, program_id, Reason.STATE)
