"""Pay with a gift card."""

from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.operations.gift_cards.moving import Receipt, Request, move
from walletpass.operations.services import Services


def spend(
    services: Services, request: Request, gift_card_id: int, amount_minor: int, currency: str
) -> Receipt:
    """All of it or a part. Raises Refusal: those of `move` and of the rules' `spend`."""
    body = {"verb": "spend", "amount": amount_minor, "currency": currency}
    return move(
        services,
        request,
        gift_card_id,
        body,
        lambda desk: rules.spend(desk.card, amount_minor, currency, desk.now),
    )
