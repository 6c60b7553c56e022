"""Note an appointment, move it, say that it took place, was cancelled or missed. What it brings comes by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.bookings import (
    Booking,
    BookingState,
    booking_delay,
    brings_anything,
    decide_booking,
)
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.bookings.details import BookingDetails, check_details, check_end
from walletpass.operations.programs.versions import load_version
from walletpass.operations.services import Services
from walletpass.store import accounts, bookings, due, locations, merchants
from walletpass.store.session import Transaction

BOOKING = "booking"
"""Kind of the due row that every appointment has while something is to come of it; `ref` is its id."""


@dataclass(frozen=True, slots=True)
class BookingLine:
    external_id: str
    state: BookingState
    ends_at: datetime
    due_at: datetime | None
    """When it is credited, or what was credited is taken back; None: by the present rules, nothing is to come of it."""
    is_taken_back: bool
    """At `due_at`, what was credited."""


def note_booking(
    services: Services, merchant_id: int, account_id: int, details: BookingDetails
) -> BookingLine:
    """A name that is known already: it is moved, or takes place after all. The same once more changes nothing.

    Raises Refusal: bad_booking, bad_booking_end, unknown_card, closed_account, unknown_location, booking_of_another.
    """
    now = services.clock.now()
    check_details(details, now)
    with services.transaction() as tx:
        account = _lock(tx, merchant_id, account_id)
        where = details.location_id
        if where is not None and locations.find_location(tx, merchant_id, where) is None:
            raise Refusal("unknown_location")
        told = {"service": details.service, "location_id": where, "ends_at": details.ends_at}
        known = bookings.find_booking(tx, merchant_id, details.external_id)
        if known is None:
            named = {"merchant_id": merchant_id, "account_id": account_id, "external_id": details.external_id}
            new = {**named, **told, "state": BookingState.BOOKED.value, "noted_at": now, "changed_at": now}
            return _follow(services, tx, account, bookings.add_booking(tx, new), now)
        if known.account_id != account_id:
            raise Refusal("booking_of_another")
        state = BookingState.COMPLETED if known.state == BookingState.COMPLETED else BookingState.BOOKED
        return _change(services, tx, account, known, now, **told, state=state.value)


def complete_booking(
    services: Services, merchant_id: int, external_id: str, ended_at: datetime | None = None
) -> BookingLine:
    """It took place; `ended_at` where that was at another time than planned.

    Raises Refusal: unknown_booking, bad_booking_end, closed_account.
    """
    told: dict[str, Any] = {"state": BookingState.COMPLETED.value}
    if ended_at is not None:
        check_end(ended_at, services.clock.now())
        told["ends_at"] = ended_at
    return _tell(services, merchant_id, external_id, told)


def cancel_booking(
    services: Services, merchant_id: int, external_id: str, *, missed: bool = False
) -> BookingLine:
    """`missed`: nobody came. What it brought already is taken back. Raises Refusal: unknown_booking, closed_account."""
    state = BookingState.NO_SHOW if missed else BookingState.CANCELLED
    return _tell(services, merchant_id, external_id, {"state": state.value})


def _tell(services: Services, merchant_id: int, external_id: str, told: dict[str, Any]) -> BookingLine:
    now = services.clock.now()
    with services.transaction() as tx:
        found = bookings.find_booking(tx, merchant_id, external_id)
        if found is None:
            raise Refusal("unknown_booking")
        account = _lock(tx, merchant_id, found.account_id)
        # Once more: somebody may have changed it while this waited for the account.
        return _change(services, tx, account, bookings.get_booking(tx, found.id), now, **told)


def _lock(tx: Transaction, merchant_id: int, account_id: int) -> Any:
    account = accounts.lock_account(tx, account_id)
    if account is None or account.merchant_id != merchant_id:
        raise Refusal("unknown_card")
    if account.state != "active":
        raise Refusal("closed_account")
    return account


def _change(
    services: Services, tx: Transaction, account: Any, row: Any, now: datetime, **told: Any
) -> BookingLine:
    if any(getattr(row, name) != value for name, value in told.items()):
        row = bookings.change_booking(tx, row.id, **told, changed_at=now)
    return _follow(services, tx, account, row, now)


def _follow(services: Services, tx: Transaction, account: Any, row: Any, now: datetime) -> BookingLine:
    """Have done what follows from it as it is now."""
    newest = merchants.get_newest_version(tx, account.program_id)
    rules = load_version(services, tx, newest.newest_id).earn
    delay = booking_delay(rules)
    booking = load_booking(row)
    consequence = decide_booking(booking, delay, now)
    due_at = now if consequence.reverse else consequence.due_at
    if due_at is None:
        due.drop_of(tx, account.id, BOOKING, str(row.id))
    else:
        due.put(tx, account.id, BOOKING, str(row.id), due_at)
    if not (consequence.reverse or brings_anything(rules, row.service)):
        due_at = None  # rules of then may know the service
    return BookingLine(
        row.external_id, booking.state, booking.ends_at, due_at, consequence.reverse is not None
    )


def load_booking(row: Any) -> Booking:
    return Booking(BookingState(row.state), row.ends_at, row.activity_id is not None)
