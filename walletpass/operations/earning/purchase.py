"""What a till, a booking or a person reports: a purchase by amount and items, or any other thing that earns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.identifiers import read_bill
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.limits import refuse_unproved
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import PURCHASE, Activity
from walletpass.loyalty.rules.amounts import Price, find_eligible
from walletpass.loyalty.rules.basket import Basket, Items
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.decide import decide_activity, decide_event
from walletpass.operations.earning.lately import is_same_again, load_recent
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import describe
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
    """Without a bill's number nothing tells it from one that is entered twice, so limits do; what a till sends late
    was in its books.

    Raises Refusal: those of `post`, of `decide_earn` and of `refuse_unproved`, bad_bill, known_purchase.
    """
    if purchase.external_id is not None:
        read_bill(purchase.external_id)
    is_proved = purchase.external_id is not None or purchase.happened_at is not None

    def decide(desk: Desk) -> Posting | Outcome:
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
        if is_proved:
            return decide_activity(desk, Done.EARNED, activity, business)
        recent = load_recent(desk, in_a_row=True)
        if is_same_again(desk, recent, Done.EARNED, business):
            return describe(desk, Done.EARNED, repeat=True)
        posting = decide_activity(desk, Done.EARNED, activity, business)
        refuse_unproved(desk.program.limits, recent, _count_stamps(posting.lines), desk.now)
        return posting

    return post(services, request, decide)


def post_event(services: Services, request: Post, trigger: Trigger, rule: str = "") -> Outcome:
    """What earns without a purchase, on somebody's word: the shop was recommended. `rule`: only that one gives.

    Raises Refusal: those of `post` and of `decide_event`, unknown_rule.
    """

    def decide(desk: Desk) -> Posting:
        if rule and all(each.id != rule or each.trigger is not trigger for each in desk.program.earn):
            raise Refusal("unknown_rule")
        activity = Activity(frozenset({trigger}), desk.now, location_id=request.location_id, rule=rule)
        return decide_event(desk, activity)

    return post(services, request, decide)


def _count_stamps(lines: Sequence[Line]) -> int:
    return sum(line.quantity for line in lines if line.unit is Unit.STAMPS and line.kind is EntryKind.EARN)


def refuse_known(desk: Desk, merchant_id: int, external_id: str | None) -> None:
    """One purchase earns once, whatever key it comes with. Raises Refusal known_purchase."""
    if external_id is not None and ledger.find_by_external_id(desk.tx, merchant_id, external_id) is not None:
        raise Refusal("known_purchase")
