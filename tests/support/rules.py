"""Rules of a shop, published as owners do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, ReferralEvent, Trigger
from walletpass.loyalty.program import Program
from walletpass.loyalty.units import Unit
from walletpass.operations.programs.publish import publish
from walletpass.operations.programs.rules import get_rules

BOOKED = EarnRule("booked", Trigger.BOOKING, Unit.STAMPS, 2, delay=timedelta(hours=3))
FRIENDS = EarnRule(
    "friends", Trigger.REFERRAL, Unit.STAMPS, 1, event=ReferralEvent.JOINED, hold=timedelta(days=14)
)
BIRTHDAY = EarnRule("birthday", Trigger.BIRTHDAY, Unit.STAMPS, 3)


def publish_changes(shop: Shop, **changes: Any) -> Program:
    """The shop's rules, but for what is named."""
    present = get_rules(shop.services, shop.merchant_id)
    program = replace(present.program, **changes)
    publish(shop.services, shop.merchant_id, present.number, program)
    return program
