"""Stamp a card: a visit without a till."""

from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.limits import LATELY, Burst, Recent, is_repeat, refuse_excess
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import VISIT, Activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.posting.outcome import Done, Outcome
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import describe
from walletpass.operations.services import Services
from walletpass.store import ledger

LONGEST_REASON = 200


def stamp(services: Services, request: Post, adding: int, override_reason: str = "") -> Outcome:
    """Add stamps; the reason lets staff stamp again within the cool-down.

    Raises Refusal: those of `post`, of `refuse_excess` and of `decide_earn`, text_too_long.
    """
    override_reason = clean_line(override_reason)
    if len(override_reason) > LONGEST_REASON:
        raise Refusal("text_too_long", field="reason", most=LONGEST_REASON)

    def decide(desk: Desk) -> Posting | Outcome:
        recent = load_recent(desk, overridden=bool(override_reason))
        if is_repeat(desk.program.limits, recent, desk.now):
            return describe(desk, Done.STAMPED, repeat=True)
        refuse_excess(desk.program.limits, recent, adding, desk.now, override=bool(override_reason))
        visit = Activity(VISIT, desk.now, Basket(quantity=adding), location_id=request.location_id)
        return decide_activity(desk, Done.STAMPED, visit, Business(), override_reason)

    return post(services, request, decide)


def load_recent(desk: Desk, *, overridden: bool) -> Recent:
    """What was given lately. Of a shop only whether its minute is full; only who may pass over the cool-down can
    come to a card's limit of a minute."""
    limits, tx, since = desk.program.limits, desk.tx, desk.now - LATELY
    of_card = of_shop = Burst()
    if overridden:
        times = ledger.list_times(tx, desk.account.id, since, limits.per_card_per_minute)
        of_card = Burst(len(times), min(times, default=None))
    most = limits.per_shop_per_minute
    if most and desk.stamped_lately >= most:
        oldest = ledger.find_stamped_before(tx, desk.account.merchant_id, since, newer=most - 1)
        of_shop = Burst(most, oldest) if oldest else Burst()
    return Recent(desk.account.last_stamped_at, desk.stamped_today, of_card, of_shop)
