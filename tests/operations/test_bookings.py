"""Appointments noted by a booking system: told twice or late, moved, cancelled, missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.audits import find_breaches
from support.branches import branch
from support.rules import BOOKED, publish_changes
from support.shops import START, Shop, add_shop

from walletpass.loyalty.bookings import BookingState
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.bookings.details import BookingDetails
from walletpass.operations.bookings.note import BookingLine, cancel_booking, complete_booking, note_booking
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.customers.merge import merge
from walletpass.operations.due.do_due import do_due
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.locations.add import add_location
from walletpass.store import accounts, bookings, due
from walletpass.translations import translator

ENDS = START.replace(hour=14)
CUT = BookingDetails("cut-17", ENDS)


@pytest.fixture
def account_id(shop: Shop) -> int:
    """Of a member of a shop where an appointment brings two stamps, three hours after its end."""
    publish_changes(shop, earn=(BOOKED,))
    return shop.account_id(shop.join())


def note(shop: Shop, account_id: int, details: BookingDetails = CUT) -> BookingLine:
    return note_booking(shop.services, shop.merchant_id, account_id, details)


def complete(shop: Shop, name: str = CUT.external_id, ended_at: datetime | None = None) -> BookingLine:
    return complete_booking(shop.services, shop.merchant_id, name, ended_at)


def cancel(shop: Shop, name: str = CUT.external_id, *, missed: bool = False) -> BookingLine:
    return cancel_booking(shop.services, shop.merchant_id, name, missed=missed)


def stamps_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return int(account.stamps)


def at(shop: Shop, hour: int, minute: int = 0, day: int = START.day) -> None:
    """What is due is done as the worker does, and then the clock goes on to that time."""
    moment = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
    while (due_at := next_due(shop)) is not None and due_at <= moment:
        shop.clock.at = max(shop.clock.at, due_at)
        work(shop)
    shop.clock.at = moment


def next_due(shop: Shop) -> datetime | None:
    with shop.services.reading() as tx:
        return due.next_due(tx)


def work(shop: Shop) -> None:
    while do_due(shop.services):
        pass


def code_of(call: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)
    return caught.value.code


def test_an_appointment_that_ends_at_14_is_credited_at_17(shop: Shop, account_id: int) -> None:
    """Row 17 of the worked examples; long before 18:00."""
    assert note(shop, account_id).due_at == ENDS.replace(hour=17)
    at(shop, 16, 59)
    assert stamps_of(shop, account_id) == 0
    at(shop, 17)
    work(shop)
    assert stamps_of(shop, account_id) == 2
    at(shop, 23, day=30)
    assert stamps_of(shop, account_id) == 2


@pytest.mark.parametrize("missed", [False, True])
def test_one_cancelled_or_missed_at_15_brings_nothing(shop: Shop, account_id: int, missed: bool) -> None:
    note(shop, account_id)
    at(shop, 15)
    assert cancel(shop, missed=missed).due_at is None
    at(shop, 23)
    assert stamps_of(shop, account_id) == 0


def test_one_cancelled_after_the_credit_is_taken_back_and_can_come_again(shop: Shop, account_id: int) -> None:
    note(shop, account_id)
    at(shop, 19)
    cancel(shop, missed=True)
    work(shop)
    assert stamps_of(shop, account_id) == 0
    assert complete(shop).state is BookingState.COMPLETED
    work(shop)
    assert stamps_of(shop, account_id) == 2


def test_one_that_is_moved_is_credited_after_its_new_end(shop: Shop, account_id: int) -> None:
    note(shop, account_id)
    moved = note(shop, account_id, replace(CUT, ends_at=ENDS + timedelta(days=1)))
    at(shop, 23)
    assert stamps_of(shop, account_id) == 0
    assert moved.due_at == ENDS.replace(hour=17) + timedelta(days=1)
    at(shop, 17, 1, day=START.day + 1)
    assert stamps_of(shop, account_id) == 2


def test_one_that_is_moved_after_the_credit_loses_it_until_it_has_taken_place(
    shop: Shop, account_id: int
) -> None:
    note(shop, account_id)
    at(shop, 19)
    note(shop, account_id, replace(CUT, ends_at=ENDS + timedelta(days=3)))
    work(shop)
    assert stamps_of(shop, account_id) == 0
    at(shop, 23, day=START.day + 3)
    assert stamps_of(shop, account_id) == 2


def test_one_that_took_longer_is_credited_after_its_real_end(shop: Shop, account_id: int) -> None:
    note(shop, account_id)
    at(shop, 15, 30)
    done = complete(shop, ended_at=ENDS + timedelta(hours=1))
    assert (done.state, done.due_at) == (BookingState.COMPLETED, ENDS.replace(hour=18))


def test_what_is_told_twice_changes_nothing(shop: Shop, account_id: int) -> None:
    first = note(shop, account_id)
    shop.clock.pass_by(minutes=1)
    assert note(shop, account_id) == first
    with shop.services.reading() as tx:
        row = bookings.find_booking(tx, shop.merchant_id, CUT.external_id)
    assert row is not None
    assert row.noted_at == row.changed_at == START
    assert cancel(shop) == cancel(shop)
    at(shop, 23)
    assert stamps_of(shop, account_id) == 0


def test_a_rule_may_wait_for_days(shop: Shop, account_id: int) -> None:
    publish_changes(shop, earn=(replace(BOOKED, delay=timedelta(days=10)),))
    note(shop, account_id)
    at(shop, 14, 1, day=START.day + 8)
    assert stamps_of(shop, account_id) == 0
    shop.clock.pass_by(days=3)
    work(shop)
    assert stamps_of(shop, account_id) == 2


def test_services_bring_what_the_rule_says_of_each(shop: Shop, account_id: int) -> None:
    publish_changes(shop, earn=(replace(BOOKED, units=0, items={"colour": 3}),))
    note(shop, account_id, replace(CUT, service="colour"))
    note(shop, account_id, BookingDetails("cut-18", ENDS, "wash"))
    at(shop, 23)
    assert stamps_of(shop, account_id) == 3


def test_a_service_that_no_rule_knows_brings_nothing_and_that_is_said_at_once(
    shop: Shop, account_id: int
) -> None:
    """Rules that know it when its time comes bring something all the same."""
    publish_changes(shop, earn=(replace(BOOKED, units=0, items={"colour": 3}),))
    assert note(shop, account_id).due_at is None
    assert note(shop, account_id, replace(CUT, service="wash")).due_at is None
    assert note(shop, account_id, BookingDetails("cut-18", ENDS, "colour")).due_at is not None
    publish_changes(shop, earn=(replace(BOOKED, units=0, items={"wash": 1}),))
    at(shop, 23)
    assert stamps_of(shop, account_id) == 1
    publish_changes(shop, earn=(replace(BOOKED, units=0, items={"colour": 3}),))
    assert cancel(shop).due_at is not None  # what it brought is taken back


def tell_newest(shop: Shop, account_id: int) -> str:
    entries = load_standing(shop.services, shop.merchant_id, account_id).entries
    return translator("en").say(entries[0].told)


def test_who_did_not_come_reads_so(shop: Shop, account_id: int) -> None:
    note(shop, account_id)
    at(shop, 18)
    cancel(shop, missed=True)
    work(shop)
    told = tell_newest(shop, account_id)
    assert told == "Taken back for an appointment that did not take place: 2 stamps."


def test_whose_appointment_was_moved_after_the_credit_reads_so(shop: Shop, account_id: int) -> None:
    """Not that it did not take place: it is to come."""
    note(shop, account_id)
    at(shop, 18)
    note(shop, account_id, replace(CUT, ends_at=ENDS + timedelta(days=3)))
    work(shop)
    assert tell_newest(shop, account_id) == "Taken back for an appointment that was moved: 2 stamps."


def test_bookings_are_refused_with_a_reason(shop: Shop, account_id: int) -> None:
    other = shop.account_id(shop.join())
    for details, code in (
        (replace(CUT, external_id=""), "bad_booking"),
        (replace(CUT, external_id="x" * 81), "bad_booking"),
        (replace(CUT, external_id="a\nb"), "bad_booking"),
        (replace(CUT, service="x" * 81), "bad_booking"),
        (replace(CUT, ends_at=START - timedelta(hours=73)), "bad_booking_end"),
        (replace(CUT, ends_at=START + timedelta(days=731)), "bad_booking_end"),
        (replace(CUT, location_id=999), "unknown_location"),
    ):
        assert code_of(note, shop, account_id, details) == code
    note(shop, account_id)
    assert code_of(note, shop, other) == "booking_of_another"
    assert code_of(cancel, shop, "cut-99") == code_of(complete, shop, "cut-99") == "unknown_booking"
    close_card(shop.services, shop.merchant_id, account_id)
    assert code_of(cancel, shop) == "closed_account"


def test_another_shops_card_location_and_booking_are_unknown(shop: Shop, account_id: int) -> None:
    note(shop, account_id)
    stranger = add_shop(shop.services, "Other", (Milestone(10, "Bun"),))
    there = add_location(shop.services, stranger, branch("Far", 47.5, 19.0)).location_id
    assert code_of(note_booking, shop.services, stranger, account_id, CUT) == "unknown_card"
    assert code_of(note, shop, account_id, replace(CUT, location_id=there)) == "unknown_location"
    assert code_of(cancel_booking, shop.services, stranger, CUT.external_id) == "unknown_booking"


def test_what_came_with_a_card_that_was_merged_goes_when_nobody_came(shop: Shop, account_id: int) -> None:
    """Like purchases that were made with that card."""
    note(shop, account_id)
    at(shop, 18)
    kept = shop.account_id(shop.join())
    merge(shop.services, shop.merchant_id, kept, account_id, new_form_key())
    cancel(shop, missed=True)
    work(shop)
    assert stamps_of(shop, kept) == 0
    assert next_due(shop) is None
    assert find_breaches(shop) == []
