"""Ask for a correction that one person may not make alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import check_quantity
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.own_account import get_active
from walletpass.operations.corrections.right import require_right
from walletpass.operations.earning.adjust import MOST_BY_HAND, read_note
from walletpass.operations.posting.post import check_key
from walletpass.operations.services import Services
from walletpass.store import corrections
from walletpass.store.statements import add


class CorrectionKind(StrEnum):
    ADJUST = "adjust"
    REVIVE = "revive"


class CorrectionState(StrEnum):
    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: as `adjust` and `revive` take it."""

    kind: CorrectionKind
    unit: Unit
    quantity: int
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    account_id: int
    member: str
    asked: Asked
    asked_by: str
    """Name of whoever did."""
    asked_at: datetime


def ask_for_correction(
    services: Services, merchant_id: int, account_id: int, staff_id: int, key: str, asked: Asked
) -> int:
    """Its number; the same for the same key. Nothing is posted before somebody else agrees.

    Raises Refusal: bad_key, key_reused, bad_quantity, absurd_quantity, bad_reason, text_too_long, not_allowed,
    unknown_card, closed_account, void_card.
    """
    check_key(key)
    is_taken = asked.kind is CorrectionKind.ADJUST and asked.quantity < 0
    check_quantity(-asked.quantity if is_taken else asked.quantity, MOST_BY_HAND)
    values = {
        "account_id": account_id,
        "kind": asked.kind.value,
        "unit": asked.unit.value,
        "quantity": asked.quantity,
        "reason": asked.reason,
        "asked_by_id": staff_id,
    }
    note = read_note(asked.reason, asked.note)
    with services.transaction() as tx:
        require_right(tx, merchant_id, staff_id)
        known = corrections.find_by_key(tx, merchant_id, key)
        if known is not None:
            if any(getattr(known, name) != value for name, value in values.items()):
                raise Refusal("key_reused")
            return int(known.id)
        get_active(tx, merchant_id, account_id)
        asking = {"key": key, "state": CorrectionState.WAITING.value, "asked_at": services.clock.now()}
        return add(tx, corrections.corrections, merchant_id=merchant_id, note=note, **values, **asking)


def list_waiting(services: Services, merchant_id: int) -> list[Waiting]:
    """Oldest first."""
    with services.reading() as tx:
        found = corrections.list_waiting(tx, merchant_id)
    return [
        Waiting(
            row.id,
            row.account_id,
            row.member_name,
            Asked(CorrectionKind(row.kind), Unit(row.unit), row.quantity, row.reason, row.note),
            row.asked_by,
            row.asked_at,
        )
        for row in found
    ]
