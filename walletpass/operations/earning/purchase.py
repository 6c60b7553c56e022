"""What a till, a booking or a person reports: a purchase by amount and items, or any other thing that earns."""

from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.identifiers import read_bill
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import PURCHASE, Activity
from walletpass.loyalty.rules.amounts import Price, find_eligible
from walletpass.loyalty.rules.basket import Basket, Items
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.store import ledger


@dataclass(frozen=True, slots=True)
class Purchase:
    price: Price
    currency: str
    items: Items
    external_id: str | None = None
    happened_at: datetime | None = None
    """By the till's clock, where it was without a network."""


def post_purchase(services: Services, request: Post, purchase: Purchase) -> Outcome:
    """Raises Refusal: those of `post` and of `decide_earn`, bad_bill, known_purchase."""
    if purchase.external_id is not None:
        read_bill(purchase.external_id)

    def decide(desk: Desk) -> Posting:
        refuse_known(desk, request.merchant_id, purchase.external_id)
        eligible = find_eligible(desk.program, purchase.price)
        basket = Basket(eligible, purchase.items)
        at = purchase.happened_at or desk.now
        activity = Activity(PURCHASE, at, basket, purchase.currency, request.location_id)
        business = Business(
            purchase.price.gross,
            eligible,
            purchase.external_id,
            {"basket": basket.document()},
            purchase.happened_at,
        )
        return decide_activity(desk, Done.EARNED, activity, business)

    return post(services, request, decide)


def post_event(
    services: Services, request: Post, trigger: Trigger, rule: str = "", reason: str = ""
) -> Outcome:
    """What earns without a purchase: a welcome, a share, a birthday, a check-in. `rule`: only that one gives.

    Raises Refusal: those of `post` and of `decide_earn`, earns_nothing.
    """

    def decide(desk: Desk) -> Posting:
        activity = Activity(frozenset({trigger}), desk.now, location_id=request.location_id, rule=rule)
        posting = decide_activity(desk, Done.GIVEN, activity, Business(), reason)
        if not posting.lines and not posting.grants:
            raise Refusal("earns_nothing")
        return posting

    return post(services, request, decide)


def refuse_known(desk: Desk, merchant_id: int, external_id: str | None) -> None:
    """One purchase earns once, whatever key it comes with. Raises Refusal known_purchase."""
    if external_id is not None and ledger.find_by_external_id(desk.tx, merchant_id, external_id) is not None:
        raise Refusal("known_purchase")
