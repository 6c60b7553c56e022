"""Hold a roll-out, let it go on, change its pace."""

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import merchants, roll_outs
from walletpass.store.roll_outs import State


def pause(services: Services, merchant_id: int) -> None:
    """The slice that is being moved is moved still. Raises Refusal no_roll_out."""
    _change(services, merchant_id, state=State.PAUSED)


def resume(services: Services, merchant_id: int) -> None:
    """Raises Refusal no_roll_out."""
    _change(services, merchant_id, state=State.RUNNING, due_at=services.clock.now())


def change_rate(services: Services, merchant_id: int, rate: float) -> None:
    """`rate`: cards a second, more than 0; for this roll-out only. Raises Refusal no_roll_out."""
    _change(services, merchant_id, rate=rate)


def _change(services: Services, merchant_id: int, **values: object) -> None:
    with services.transaction() as tx:
        program = merchants.find_program_of_merchant(tx, merchant_id)
        if program is None or not roll_outs.change_present(tx, program.id, **values):
            raise Refusal("no_roll_out")
