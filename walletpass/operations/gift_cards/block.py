"""Block a gift card that was lost or stolen, and unblock it."""

from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.operations.gift_cards.moving import Receipt, Request, move
from walletpass.operations.services import Services


def block(services: Services, request: Request, gift_card_id: int, reason: rules.BlockReason) -> Receipt:
    """Raises Refusal: those of `move`, gift_card_blocked."""
    body = {"verb": "block", "reason": reason.value}
    return move(services, request, gift_card_id, body, lambda desk: rules.block(desk.card, reason))


def unblock(services: Services, request: Request, gift_card_id: int) -> Receipt:
    """Raises Refusal: those of `move`, gift_card_not_blocked."""
    return move(services, request, gift_card_id, {"verb": "unblock"}, lambda desk: rules.unblock(desk.card))
