"""Give a payment back to the gift card that it was made with."""

from datetime import timedelta

from walletpass.loyalty.local_days import end_of_day, local_day
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards import gift_cards as rules
from walletpass.operations.gift_cards.moving import Desk, Receipt, Request, move
from walletpass.operations.gift_cards.terms import load_program
from walletpass.operations.services import Services
from walletpass.store import gift_cards


def refund(
    services: Services, request: Request, gift_card_id: int, payment_id: int, amount_minor: int | None = None
) -> Receipt:
    """So much of it, or all that has not come back yet; `payment_id` is the transaction of the payment.

    On a card that has ended, or is about to, it can be used for the program's days of grace.
    Raises Refusal: those of `move` and of the rules' `refund`, unknown_payment.
    """

    def decide(desk: Desk) -> rules.Move:
        found = gift_cards.find_payment(desk.tx, desk.id, payment_id)
        if found is None:
            raise Refusal("unknown_payment")
        payment = rules.Payment(found.id, found.paid_minor, found.returned_minor)
        program = load_program(desk.tx, request.merchant_id)
        last_day = local_day(desk.now, program.zone) + timedelta(days=program.grace_days)
        return rules.refund(desk.card, payment, amount_minor, end_of_day(last_day, program.zone))

    return move(
        services,
        request,
        gift_card_id,
        {"verb": "refund", "payment": payment_id, "amount": amount_minor},
        decide,
    )
