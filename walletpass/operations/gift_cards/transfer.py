"""Give a gift card to another person."""

from datetime import datetime

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.operations.gift_cards.moving import Desk, Receipt, Request, append, load_standing, move
from walletpass.operations.services import Services
from walletpass.store import gift_cards
from walletpass.store.session import Transaction


def transfer(services: Services, request: Request, gift_card_id: int, to_member_id: int) -> Receipt:
    """The receipt has the new code; the old one is dead.

    Raises Refusal: those of `move` and of the rules' `transfer`, unknown_person.
    """

    def decide(desk: Desk) -> rules.Move:
        if not gift_cards.has_member(desk.tx, request.merchant_id, to_member_id):
            raise Refusal("unknown_person")
        return rules.transfer(desk.card, to_member_id, desk.now)

    return move(services, request, gift_card_id, {"verb": "transfer", "to": to_member_id}, decide)


def merge_gift_cards(
    services: Services, tx: Transaction, from_member_id: int, to_member_id: int, now: datetime
) -> None:
    """Two members turned out to be one person: the one who stays has all gift cards. Codes stay as they are."""
    for row in gift_cards.lock_held(tx, from_member_id):
        append(services, tx, row, rules.merge(load_standing(row), to_member_id), now)
