"""Agree to a correction that somebody else asked for, or refuse it."""

from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.corrections.ask import CorrectionKind, CorrectionState
from walletpass.operations.corrections.right import require_right
from walletpass.operations.earning.adjust import decide_adjustment, decide_revival
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.post import post_in
from walletpass.operations.posting.request import Post
from walletpass.operations.services import Services
from walletpass.store import accounts, corrections
from walletpass.store.session import Transaction


def agree(services: Services, merchant_id: int, correction_id: int, staff_id: int) -> Outcome:
    """Post it, in the name of whoever asked. A card that was merged meanwhile: the one that stayed.

    Raises Refusal: those of `post` and `adjust`, not_allowed, unknown_correction, correction_answered, same_person.
    """
    with services.transaction() as tx:
        row = _hold(tx, merchant_id, correction_id, staff_id)
        asked = (Unit(row.unit), row.quantity)
        decide = {
            CorrectionKind.ADJUST: decide_adjustment(*asked, row.reason, row.note),
            CorrectionKind.REVIVE: decide_revival(*asked, row.note),
        }[CorrectionKind(row.kind)]
        account_id = accounts.get_id_of_holder(tx, row.account_id)
        own_key = f"correction-{correction_id}"
        outcome = post_in(services, tx, Post(merchant_id, account_id, own_key, {}, row.asked_by_id), decide)
        _answer(services, tx, correction_id, CorrectionState.AGREED, staff_id)
    return outcome


def refuse(services: Services, merchant_id: int, correction_id: int, staff_id: int) -> None:
    """Whoever asked may take it back so, too. Raises Refusal not_allowed, unknown_correction, correction_answered."""
    with services.transaction() as tx:
        _hold(tx, merchant_id, correction_id, staff_id, by_another=False)
        _answer(services, tx, correction_id, CorrectionState.REFUSED, staff_id)


def _hold(
    tx: Transaction, merchant_id: int, correction_id: int, staff_id: int, *, by_another: bool = True
) -> Any:
    require_right(tx, merchant_id, staff_id)
    known = corrections.find_correction(tx, correction_id)
    if known is None or known.merchant_id != merchant_id:
        raise Refusal("unknown_correction")
    # The account first, as everybody does who writes to one.
    accounts.lock_account(tx, accounts.get_id_of_holder(tx, known.account_id))
    row = corrections.lock_correction(tx, correction_id)
    if row.state != CorrectionState.WAITING:
        raise Refusal("correction_answered")
    if by_another and row.asked_by_id == staff_id:
        raise Refusal("same_person")
    return row


def _answer(
    services: Services, tx: Transaction, correction_id: int, state: CorrectionState, staff_id: int
) -> None:
    corrections.answer(tx, correction_id, state.value, staff_id, services.clock.now())
