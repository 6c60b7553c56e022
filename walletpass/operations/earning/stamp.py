"""Stamp a card: a visit without a till."""

from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.limits import refuse_excess
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import VISIT, Activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.earning.lately import is_same_again, load_recent
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import describe
from walletpass.operations.services import Services

LONGEST_REASON = 200


def stamp(services: Services, request: Post, adding: int, override_reason: str = "") -> Outcome:
    """Add stamps; the reason lets staff stamp again within the cool-down.

    Raises Refusal: those of `post`, of `refuse_excess` and of `decide_earn`, text_too_long.
    """
    override_reason = clean_line(override_reason)
    if len(override_reason) > LONGEST_REASON:
        raise Refusal("text_too_long", field="reason", most=LONGEST_REASON)

    def decide(desk: Desk) -> Posting | Outcome:
        recent = load_recent(desk, in_a_row=bool(override_reason))
        basket = Basket(quantity=adding)
        business = Business() if adding == 1 else Business(details={"basket": basket.document()})
        if is_same_again(desk, recent, Done.STAMPED, business):
            return describe(desk, Done.STAMPED, repeat=True)
        refuse_excess(desk.program.limits, recent, adding, desk.now, override=bool(override_reason))
        visit = Activity(VISIT, desk.now, basket, location_id=request.location_id)
        return decide_activity(desk, Done.STAMPED, visit, business, override_reason)

    return post(services, request, decide)
