"""A member checks in with the code that the till shows."""

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.positions import Position
from walletpass.loyalty.rules.activity import Activity
from walletpass.operations.check_in.codes import check_code
from walletpass.operations.earning.decide import decide_event
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.services import Services
from walletpass.operations.wrong_codes import CodeKind, counting_wrong_codes


def check_in(
    services: Services,
    request: Post,
    location_id: int,
    code: str,
    position: Position | None = None,
    farthest: int | None = None,
) -> Outcome:
    """No visit by itself, since nobody on the staff saw it.

    `farthest`: metres from the location to `position`, where the phone says it is; None: that does not matter.

    Raises Refusal: those of `post`, `check_code` and `decide_event`, too_many.
    """

    def decide(desk: Desk) -> Posting:
        at_till = (request.merchant_id, location_id)
        check_code(services, desk.tx, *at_till, desk.account.id, code, position, farthest)
        activity = Activity(frozenset({Trigger.CHECK_IN}), desk.now, location_id=location_id)
        return decide_event(desk, activity)

    with counting_wrong_codes(services, request.merchant_id, CodeKind.CHECK_IN, str(request.account_id)):
        return post(services, request, decide)
