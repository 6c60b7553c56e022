"""Undo at the counter is for what was done there; an owner corrects more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from support.rules import BOOKED, publish_changes
from support.shops import START, Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.identifiers import spell_code
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.bookings.details import BookingDetails
from walletpass.operations.bookings.note import note_booking
from walletpass.operations.cards.counter_view import view_at_counter
from walletpass.operations.customers.load_customer import load_customer
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.undo import undo
from walletpass.operations.most_loyal.reward import reward_most_loyal

HELLO = EarnRule("hello", Trigger.WELCOME, Unit.STAMPS, 4)
LOYAL = EarnRule("loyal", Trigger.LOYAL_TOP, Unit.STAMPS, 4)
SOON = replace(BOOKED, units=4, delay=timedelta())


def give_a_welcome(shop: Shop) -> int:
    publish_changes(shop, earn=(HELLO,))
    return shop.account_id(shop.join())


def give_for_loyalty(shop: Shop) -> int:
    publish_changes(shop, earn=(LOYAL,))
    account_id = shop.account_id(shop.join())
    reward_most_loyal(shop.services, shop.merchant_id, "loyal", [account_id], "once-only")
    return account_id


def give_for_a_booking(shop: Shop) -> int:
    publish_changes(shop, earn=(SOON,))
    account_id = shop.account_id(shop.join())
    details = BookingDetails("cut-17", START + timedelta(hours=1))
    note_booking(shop.services, shop.merchant_id, account_id, details)
    shop.clock.pass_by(hours=1)
    while do_due(shop.services):
        pass
    return account_id


Give = Callable[[Shop], int]
BY_ITSELF = pytest.mark.parametrize("give", [give_a_welcome, give_for_loyalty, give_for_a_booking])


def undo_left(shop: Shop, account_id: int) -> int:
    card = load_customer(shop.services, shop.merchant_id, account_id, "en").card
    code = spell_code(card.typed_code)
    return view_at_counter(shop.services, shop.merchant_id, code).undo_left


def code_of_undo(shop: Shop, account_id: int) -> str:
    with pytest.raises(Refusal) as caught:
        undo(shop.services, shop.request(account_id))
    return caught.value.code


@BY_ITSELF
def test_what_a_rule_gave_by_itself_is_not_offered_and_stays(shop: Shop, give: Give) -> None:
    account_id = give(shop)
    assert undo_left(shop, account_id) == 0
    assert code_of_undo(shop, account_id) == "nothing_to_undo"


@BY_ITSELF
def test_a_stamp_after_it_is_undone_alone(shop: Shop, give: Give) -> None:
    account_id = give(shop)
    shop.clock.pass_by(minutes=2)
    assert shop.stamp(account_id).stamps == 5
    assert undo_left(shop, account_id) == 60
    assert undo(shop.services, shop.request(account_id)).stamps == 4
    assert undo_left(shop, account_id) == 0
    assert code_of_undo(shop, account_id) == "nothing_to_undo"


def test_a_stamp_before_it_can_still_be_undone(shop: Shop) -> None:
    publish_changes(shop, earn=(LOYAL,))
    account_id = shop.account_id(shop.join())
    shop.stamp(account_id)
    reward_most_loyal(shop.services, shop.merchant_id, "loyal", [account_id], "once-only")
    assert undo(shop.services, shop.request(account_id)).stamps == 4


@BY_ITSELF
def test_an_owner_may_take_it_back(shop: Shop, give: Give) -> None:
    account_id = give(shop)
    assert undo(shop.services, shop.request(account_id), at_any_time=True).stamps == 0


def test_what_an_owner_gave_by_hand_is_not_offered(shop: Shop) -> None:
    account_id = shop.account_id(shop.join())
    adjust(shop.services, shop.request(account_id), Unit.STAMPS, 2, "courtesy")
    assert undo_left(shop, account_id) == 0
    assert code_of_undo(shop, account_id) == "nothing_to_undo"
