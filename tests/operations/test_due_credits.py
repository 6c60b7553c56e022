"""Credits that fall due: not while a program is paused, and not to who is blocked."""

from datetime import timedelta
from typing import Any

import pytest
from support.rules import BOOKED, publish_changes
from support.shops import START, Shop

from walletpass.loyalty.people import MemberStatus
from walletpass.loyalty.program import ProgramState
from walletpass.operations.bookings.details import BookingDetails
from walletpass.operations.bookings.note import note_booking
from walletpass.operations.customers.status import set_status
from walletpass.operations.due.do_due import do_due
from walletpass.operations.programs.state import change_state
from walletpass.store import accounts

ENDS = START + timedelta(hours=1)


@pytest.fixture
def account_id(shop: Shop) -> int:
    """Of a member with an appointment whose two stamps are due in four hours."""
    publish_changes(shop, earn=(BOOKED,))
    account_id = shop.account_id(shop.join())
    note_booking(shop.services, shop.merchant_id, account_id, BookingDetails("cut-17", ENDS))
    return account_id


def later(shop: Shop, **time: float) -> None:
    shop.clock.pass_by(**time)
    while do_due(shop.services):
        pass


def stamps_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
    return int(account.stamps)


def test_a_credit_waits_while_the_program_is_paused(shop: Shop, account_id: int) -> None:
    change_state(shop.services, shop.merchant_id, ProgramState.PAUSED)
    later(shop, hours=5)
    later(shop, days=40)
    assert stamps_of(shop, account_id) == 0
    change_state(shop.services, shop.merchant_id, ProgramState.ACTIVE)
    later(shop, days=1)
    assert stamps_of(shop, account_id) == 2


def test_who_is_blocked_gets_none(shop: Shop, account_id: int) -> None:
    set_status(shop.services, shop.merchant_id, account_id, MemberStatus.BLOCKED)
    later(shop, hours=5)
    assert stamps_of(shop, account_id) == 0
