"""Sell or give a gift card."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from walletpass.loyalty.chain import GENESIS
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.operations.gift_cards.codes import new_code
from walletpass.operations.gift_cards.moving import (
    Receipt,
    Request,
    append,
    digest_request,
    find_receipt,
    store_standing,
)
from walletpass.operations.gift_cards.terms import load_program
from walletpass.operations.services import Services
from walletpass.store import gift_cards
from walletpass.store.session import Transaction
from walletpass.store.statements import add


def issue(services: Services, request: Request, card: rules.GiftCard) -> Receipt:
    """The card as it shall stand; the receipt has its code.

    Raises Refusal: bad_key, key_reused, unknown_person, unknown_program, and those of the rules' `issue`.
    """
    digest = digest_request(request, {"verb": "issue", **asdict(card), "expires_at": str(card.expires_at)})
    with services.transaction() as tx:
        gift_cards.hold_issuing(tx, request.merchant_id)
        known = find_receipt(services, tx, request, digest)
        if known is not None:
            return known
        if card.holder_id is not None and not gift_cards.has_member(tx, request.merchant_id, card.holder_id):
            raise Refusal("unknown_person")
        now = services.clock.now()
        issued = rules.issue(card, load_program(tx, request.merchant_id).currency, now)
        code = new_code(services)
        row = _add_card(tx, request.merchant_id, issued, now, **code)
        return append(services, tx, row, issued, now, request, digest, code)


def open_gift_card(
    services: Services,
    tx: Transaction,
    merchant_id: int,
    face_minor: int,
    currency: str,
    holder_member_id: int | None,
    purchaser_account_id: int | None,
    source_entry_id: int | None,
    expires_at: datetime | None,
    now: datetime,
    *,
    transferable: bool = True,
) -> tuple[int, str]:
    """A gift card as a part of something larger, whose key keeps it from happening twice: its id and its code.

    Raises Refusal: absurd_gift_card, bad_amount, gift_card_expired.
    """
    card = rules.GiftCard(
        currency, face_minor, expires_at=expires_at, holder_id=holder_member_id, transferable=transferable
    )
    issued, code = rules.issue(card, currency, now), new_code(services)
    origin = {"purchaser_account_id": purchaser_account_id, "source_entry_id": source_entry_id}
    row = _add_card(tx, merchant_id, issued, now, **origin, **code)
    receipt = append(services, tx, row, issued, now, code=code)
    return receipt.gift_card_id, receipt.code


def _add_card(tx: Transaction, merchant_id: int, issued: rules.Move, now: datetime, **columns: Any) -> Any:
    gift_card_id = add(
        tx,
        gift_cards.gift_cards,
        merchant_id=merchant_id,
        currency=issued.after.currency,
        transferable=issued.after.transferable,
        issued_at=now,
        last_seq=0,
        chain_head=GENESIS,
        **columns,
        **store_standing(issued.after),
    )
    return gift_cards.lock_gift_card(tx, gift_card_id)
