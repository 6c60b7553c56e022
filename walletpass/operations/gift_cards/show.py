"""How a gift card stands, for whoever shows its code, and for the shop that sold it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.gift_cards import CardState, MoveKind
from walletpass.operations.gift_cards.codes import digest_code
from walletpass.operations.gift_cards.moving import load_standing
from walletpass.operations.services import Services
from walletpass.operations.wrong_codes import CodeKind, counting_wrong_codes
from walletpass.store import gift_cards
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class View:
    """Money in minor units."""

    id: int
    last4: str
    currency: str
    usable_minor: int
    """What can be spent now: nothing of a card that is blocked or has ended."""
    state: CardState
    expires_at: datetime | None
    has_ended: bool
    holder_id: int | None
    transferable: bool
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MoveLine:
    id: int
    kind: MoveKind
    value_minor: int
    balance_minor: int
    reason: str
    at: datetime


def find_by_code(services: Services, merchant_id: int, code: str, who: str = "") -> View:
    """`who` asks: see `counting_wrong_codes`.

    Raises Refusal too_many, unknown_gift_card, also for another merchant's: nobody learns which codes exist.
    """
    with counting_wrong_codes(services, merchant_id, CodeKind.GIFT_CARD, who), services.reading() as tx:
        row = gift_cards.find_by_code(tx, digest_code(services, code))
        if row is None or row.merchant_id != merchant_id:
            raise Refusal("unknown_gift_card")
    return _view(services, row)


def list_spendable(services: Services, tx: Transaction, member_id: int) -> list[View]:
    """What a member can pay with, oldest first."""
    return [_view(services, row) for row in gift_cards.list_spendable(tx, member_id, services.clock.now())]


def list_moves(services: Services, merchant_id: int, gift_card_id: int) -> list[MoveLine]:
    """Oldest first. Raises Refusal unknown_gift_card."""
    with services.snapshot() as tx:
        row = gift_cards.find_gift_card(tx, gift_card_id)
        if row is None or row.merchant_id != merchant_id:
            raise Refusal("unknown_gift_card")
        found = gift_cards.list_transactions(tx, gift_card_id)
    return [
        MoveLine(m.id, MoveKind(m.kind), m.value_minor, m.balance_minor, m.reason, m.recorded_at)
        for m in found
    ]


def _view(services: Services, row: Any) -> View:
    card, now = load_standing(row), services.clock.now()
    return View(
        id=row.id,
        last4=row.code_last4,
        currency=card.currency,
        usable_minor=card.usable(now),
        state=card.state,
        expires_at=card.expires_at,
        has_ended=card.has_ended(now),
        holder_id=card.holder_id,
        transferable=card.transferable,
        code=services.vault.unseal(row.code_sealed),
    )
