"""What an appointment brings once its time has come, and what is taken back when it did not take place then."""

from datetime import datetime
from typing import Any

from walletpass.loyalty.bookings import booking_delay, decide_booking, is_credit_due
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.rules.activity import Activity
from walletpass.loyalty.rules.basket import NOTHING, Basket
from walletpass.operations.bookings.note import load_booking
from walletpass.operations.earning.decide import decide_activity
from walletpass.operations.earning.refund import take_back
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Business, Desk, Post, Posting
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import bookings, due, ledger


def look_after_booking(services: Services, desk: Desk, item: due.Item) -> datetime | None:
    """Post what is due by now, on a locked account; when to look again, if at all.

    Whatever happened meanwhile, it is judged as it stands: asked twice, the second time finds nothing to do.
    """
    row = bookings.get_booking(desk.tx, int(item.ref))
    booking, delay = load_booking(row), booking_delay(desk.program.earn)
    consequence = decide_booking(booking, delay, desk.now)
    if consequence.reverse:
        credited = bookings.get_credit(desk.tx, row.activity_id)
        basket = Basket.load(credited.details["basket"])
        reason = consequence.reverse.value
        _write(services, desk, row, take_back(services, desk, credited, basket, NOTHING, reason=reason))
        bookings.change_booking(desk.tx, row.id, activity_id=None)
        return consequence.due_at
    if delay is None or not is_credit_due(booking, delay, desk.now):
        return consequence.due_at
    posting = decide_booking_credit(desk, row)
    if posting.lines or posting.grants:
        _write(services, desk, row, posting)
        newest = ledger.find_last_activity(desk.tx, desk.account.id)
        bookings.change_booking(desk.tx, row.id, activity_id=newest.id if newest else None)
    return None


def decide_booking_credit(desk: Desk, row: Any) -> Posting:
    """By the day and hour at which it ended."""
    basket = Basket(items={row.service: 1} if row.service else {})
    activity = Activity(frozenset({Trigger.BOOKING}), row.ends_at, basket, location_id=row.location_id)
    business = Business(details={"basket": basket.document(), "booking": row.external_id})
    return decide_activity(desk, Done.EARNED, activity, business)


def _write(services: Services, desk: Desk, row: Any, posting: Posting) -> None:
    account = desk.account
    write(services, desk, posting, Post(account.merchant_id, account.id, "", {}, location_id=row.location_id))
