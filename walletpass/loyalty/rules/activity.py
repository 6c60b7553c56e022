"""A business fact that may earn: a visit, a purchase, an appointment, a birthday."""

from datetime import datetime, timedelta

import msgspec

from walletpass.loyalty.earn_rules import ReferralEvent, Side, Trigger
from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import MOST_MINOR
from walletpass.loyalty.rules.basket import Basket

VISIT = frozenset({Trigger.VISIT})
PURCHASE = frozenset({Trigger.VISIT, Trigger.AMOUNT, Trigger.ITEM})
LATEST_HOURS = 72
"""A till may have been without a network so long."""
CLOCK_ERROR = timedelta(minutes=5)
"""How much the clock of a till may be ahead."""
MOST_OF_ONE = 1000
"""Of one item, and visits."""
MOST_ON_A_BILL = 200
"""Different ones on a bill."""
LONGEST_ITEM = 80


class Activity(msgspec.Struct, frozen=True):
    triggers: frozenset[Trigger]
    """All that it is: a PURCHASE is a visit, an amount and items at once."""
    occurred_at: datetime
    basket: Basket = Basket()
    currency: str = ""
    """ISO 4217; may be empty where no money is."""
    location_id: int | None = None
    tier: str = ""
    """The member's at that time."""
    side: Side = Side.BOTH
    """Of a referral, what this member is in it."""
    event: ReferralEvent | None = None
    rule: str = ""
    """Only the rule of that id gives anything: the one by which a credit was due, or a list was rewarded."""


def check_activity(program: Program, activity: Activity, now: datetime) -> None:
    """Raises Refusal: future_activity, old_activity, program_ended, bad_amount, bad_currency, bad_quantity,
    absurd_quantity, bad_item.
    """
    if activity.occurred_at > now + CLOCK_ERROR:
        raise Refusal("future_activity")
    # An appointment was noted in time; its rule may wait for days after its end.
    may_wait = Trigger.BOOKING in activity.triggers
    if not may_wait and activity.occurred_at < now - timedelta(hours=LATEST_HOURS):
        raise Refusal("old_activity", hours=LATEST_HOURS)
    # Joining goes on: whoever has a card may still be given something by hand.
    if Trigger.WELCOME not in activity.triggers and program.expiry.is_over(
        local_day(activity.occurred_at, program.zone)
    ):
        raise Refusal("program_ended")
    basket = activity.basket
    if not 0 <= basket.eligible_minor <= MOST_MINOR:
        raise Refusal("bad_amount")
    if activity.currency != program.currency and (activity.currency or basket.eligible_minor):
        raise Refusal("bad_currency", currency=program.currency)
    for quantity in (basket.quantity, *basket.items.values()):
        check_quantity(quantity)
    if len(basket.items) > MOST_ON_A_BILL or not all(map(_is_name, basket.items)):
        raise Refusal("bad_item", items=MOST_ON_A_BILL, most=LONGEST_ITEM)


def check_quantity(quantity: int, most: int = MOST_OF_ONE) -> None:
    """Raises Refusal bad_quantity, absurd_quantity."""
    if quantity < 1:
        raise Refusal("bad_quantity")
    if quantity > most:
        raise Refusal("absurd_quantity", most=most)


def _is_name(item: str) -> bool:
    return 0 < len(item) <= LONGEST_ITEM and clean_line(item) == item
