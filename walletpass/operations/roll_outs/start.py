"""Let all cards of a programme follow what was published, or its state."""

from walletpass.operations.services import Services
from walletpass.store import merchants, roll_outs
from walletpass.store.roll_outs import Reason, State
from walletpass.store.session import Transaction
from walletpass.store.statements import add

_PUBLISHES_NOTHING = (Reason.PLACES, Reason.STATE)


def start(services: Services, tx: Transaction, program_id: int, reason: Reason) -> int:
    """How many there are to move. In the transaction that publishes.

    A roll-out that is under way is replaced: the new one moves each card to all that is newest, so no card moves twice.
    An owner who paused one decides when it goes on, also after what publishes nothing.
    """
    now = services.clock.now()
    merchants.hold_to_publish(tx, program_id)
    present = roll_outs.find_present(tx, program_id)
    roll_outs.change_present(tx, program_id, state=State.REPLACED, ended_at=now)
    total = roll_outs.count_stale(tx, program_id)
    if not total:
        return 0
    stays_paused = reason in _PUBLISHES_NOTHING and present is not None and present.state == State.PAUSED
    add(
        tx,
        roll_outs.roll_outs,
        program_id=program_id,
        reason=reason,
        state=State.PAUSED if stays_paused else State.RUNNING,
        rate=services.settings.roll_out_rate,
        total=total,
        due_at=now,
        started_at=now,
    )
    return total
