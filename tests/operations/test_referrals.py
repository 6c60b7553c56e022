"""Friends who bring friends: from the link to the reward."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.rules import FRIENDS, publish_changes
from support.shops import START, Shop
from support.ten_programs import VISIT

from walletpass.loyalty.earn_rules import EarnRule, Period, ReferralEvent, RuleLimit, Side
from walletpass.loyalty.referrals import ReferralState
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.amounts import Price
from walletpass.operations.cards.close_card import close_card
from walletpass.operations.customers.list_customers import list_customers
from walletpass.operations.customers.merge import merge
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.applicant import Applicant
from walletpass.operations.enrolment.join import Invitation, join, new_form_key
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.referrals.code import get_referral_code
from walletpass.operations.referrals.note import Newcomer, note_click, note_device, note_join
from walletpass.store import accounts, referrals

HOLD = FRIENDS.hold


@pytest.fixture
def anna(shop: Shop) -> int:
    """The account of a member of a shop where a friend who joins brings both a stamp, after two weeks."""
    publish_changes(shop, earn=(FRIENDS,))
    return shop.account_id(shop.join("Anna", "anna@mail.example"))


def code_of(shop: Shop, account_id: int) -> str:
    return get_referral_code(shop.services, shop.merchant_id, account_id)


def bring(shop: Shop, code: str, device: str = "", **contacts: str) -> tuple[int, ReferralState | None]:
    """Somebody joins with that code; their account."""
    account_id = shop.account_id(shop.join())
    rules = get_rules(shop.services, shop.merchant_id)
    with shop.services.transaction() as tx:
        account: Any = accounts.find_account(tx, account_id)
        newcomer = Newcomer(account_id, account.member_id, contacts, device)
        now = shop.clock.now()
        return account_id, note_join(shop.services, tx, rules.program_id, rules.program, code, newcomer, now)


def work(shop: Shop) -> None:
    while do_due(shop.services):
        pass


def later(shop: Shop, **time: float) -> None:
    shop.clock.pass_by(**time)
    work(shop)


def stamps_of(shop: Shop, *account_ids: int) -> list[int]:
    with shop.services.reading() as tx:
        found: list[Any] = [accounts.find_account(tx, account_id) for account_id in account_ids]
    return [account.stamps for account in found]


def state_of(shop: Shop, friend: int) -> tuple[str, str]:
    with shop.services.reading() as tx:
        row = referrals.find_referral(tx, friend)
    assert row is not None
    return row.state, row.rejection


def test_both_get_it_after_the_hold_and_once(shop: Shop, anna: int) -> None:
    friend, state = bring(shop, f" {code_of(shop, anna).lower()}")
    assert (state, state_of(shop, friend)) == (ReferralState.JOINED, ("qualified", ""))
    later(shop, days=13, hours=23)
    assert stamps_of(shop, anna, friend) == [0, 0]
    later(shop, hours=1)
    assert stamps_of(shop, anna, friend) == [1, 1]
    assert state_of(shop, friend) == ("rewarded", "")
    later(shop, days=100)
    assert stamps_of(shop, anna, friend) == [1, 1]


def test_a_member_has_one_code(shop: Shop, anna: int) -> None:
    assert code_of(shop, anna) == code_of(shop, anna) != code_of(shop, shop.account_id(shop.join()))
    assert len(code_of(shop, anna)) >= 12


def test_a_code_that_nobody_has_is_as_none(shop: Shop, anna: int) -> None:
    code = code_of(shop, anna)
    assert bring(shop, "KKKKKKKKKKKK")[1] is None
    close_card(shop.services, shop.merchant_id, anna)
    assert bring(shop, code)[1] is None


@pytest.mark.parametrize(
    ("device", "contacts", "why"),
    [
        ("", {"email": "anna@mail.example"}, "same_identifier"),
        ("anna's phone", {"email": "anna2@mail.example"}, "same_device"),
    ],
)
def test_who_seems_to_be_the_same_person_brings_nothing(
    shop: Shop, anna: int, device: str, contacts: dict[str, str], why: str
) -> None:
    """Also by an address that was not kept, as Anna has it already."""
    with shop.services.transaction() as tx:
        note_device(shop.services, tx, anna, "anna's phone")
        note_device(shop.services, tx, anna, "anna's phone")
    friend, state = bring(shop, code_of(shop, anna), device, **contacts)
    assert (state, state_of(shop, friend)) == (ReferralState.REJECTED, ("rejected", why))
    later(shop, days=30)
    assert stamps_of(shop, anna, friend) == [0, 0]


def test_joining_with_a_code_is_being_brought(shop: Shop, anna: int) -> None:
    """In one transaction; the same form once more joins once and brings nothing more."""
    key = new_form_key()
    pages = [
        join(
            shop.services,
            shop.code,
            Applicant("Bo"),
            "en",
            "",
            key,
            invitation=Invitation(code_of(shop, anna)),
        ).page_key
        for _ in range(2)
    ]
    assert pages[0] == pages[1]
    friend = shop.account_id(pages[0])
    assert state_of(shop, friend) == ("qualified", "")
    later(shop, days=14)
    assert stamps_of(shop, anna, friend) == [1, 1]


def test_with_a_code_that_nobody_has_nobody_joins(shop: Shop, anna: int) -> None:
    """They are told, and can join without it: with the same form too."""
    key = new_form_key()

    def come(code: str) -> str:
        invitation = Invitation(code)
        return join(shop.services, shop.code, Applicant("Bo"), "en", "", key, invitation=invitation).page_key

    with pytest.raises(Refusal, match="unknown_referral"):
        come("KKKK-KKKK-KKKK")
    assert list_customers(shop.services, shop.merchant_id).total == 1
    assert come("")
    assert list_customers(shop.services, shop.merchant_id).total == 2


def test_who_joins_again_in_the_same_browser_brings_nothing(shop: Shop) -> None:
    """Also where the first card was joined without any code."""
    publish_changes(shop, earn=(FRIENDS,))
    anna, code = 0, ""
    for name in ("Anna", "Anna again"):
        invitation = Invitation(code, "anna's phone")
        joined = join(
            shop.services, shop.code, Applicant(name), "en", "", new_form_key(), invitation=invitation
        )
        friend, anna = anna, shop.account_id(joined.page_key)
        code = code or code_of(shop, anna)
    assert state_of(shop, anna) == ("rejected", "same_device")
    assert friend != anna


def test_who_opened_the_link_first_is_one_referral(shop: Shop, anna: int) -> None:
    for _ in range(2):
        note_click(shop.services, shop.code, code_of(shop, anna), "bo's tablet")
    shop.clock.pass_by(hours=1)
    friend, _ = bring(shop, code_of(shop, anna), "bo's tablet")
    with shop.services.reading() as tx:
        row = referrals.find_referral(tx, friend)
    assert row is not None
    assert (row.clicked_at, row.joined_at) == (START, START + timedelta(hours=1))
    for nobody in ("KKKKKKKKKKKK", ""):
        note_click(shop.services, shop.code, nobody, "bo's tablet")
    note_click(shop.services, "nowhere", code_of(shop, anna), "bo's tablet")


def test_a_second_friend_on_one_device_is_a_referral_of_its_own(shop: Shop, anna: int) -> None:
    note_click(shop.services, shop.code, code_of(shop, anna), "family tablet")
    bo, _ = bring(shop, code_of(shop, anna), "family tablet")
    cy, _ = bring(shop, code_of(shop, anna), "family tablet")
    later(shop, days=14)
    assert stamps_of(shop, anna, bo, cy) == [2, 1, 1]


def test_the_yearly_cap_is_the_referrers_and_begins_anew(shop: Shop, anna: int) -> None:
    publish_changes(shop, earn=(replace(FRIENDS, limit=RuleLimit(2, Period.YEAR)),))
    friends = [bring(shop, code_of(shop, anna))[0] for _ in range(3)]
    later(shop, days=14)
    assert stamps_of(shop, anna, *friends) == [2, 1, 1, 1]
    bring(shop, code_of(shop, anna))
    later(shop, days=60)
    assert stamps_of(shop, anna) == [3]


def of_visits(event: ReferralEvent) -> EarnRule:
    return replace(FRIENDS, event=event, side=Side.REFERRER)


@pytest.mark.parametrize(
    ("event", "stamps"), [(ReferralEvent.FIRST_PAID_VISIT, 1), (ReferralEvent.EVERY_PAID_VISIT, 2)]
)
def test_visits_of_a_friend_bring_what_the_rule_says(
    shop: Shop, anna: int, event: ReferralEvent, stamps: int
) -> None:
    publish_changes(shop, earn=(of_visits(event),))
    friend, _ = bring(shop, code_of(shop, anna))
    assert state_of(shop, friend)[0] == "joined"
    for _ in range(2):
        shop.stamp(friend)
        shop.clock.pass_by(days=1)
    later(shop, days=14)
    assert stamps_of(shop, anna) == [stamps]


@pytest.fixture
def friend(shop: Shop, anna: int) -> int:
    """Whose first paid visit brings Anna a stamp after two weeks."""
    publish_changes(shop, earn=(of_visits(ReferralEvent.FIRST_PAID_VISIT), VISIT))
    return bring(shop, code_of(shop, anna))[0]


def buy(shop: Shop, friend: int, bill: str) -> None:
    post_purchase(shop.services, shop.request(friend), Purchase(Price(1000), "EUR", {}, bill))


def buy_and_return(shop: Shop, friend: int) -> None:
    bill = new_form_key()
    buy(shop, friend, bill)
    shop.clock.pass_by(minutes=1)
    refund(shop.services, shop.request(friend), bill)


def stamp_and_undo(shop: Shop, friend: int) -> None:
    shop.stamp(friend)
    undo(shop.services, shop.request(friend))


@pytest.mark.parametrize("come", [buy_and_return, stamp_and_undo])
def test_a_visit_taken_back_within_the_hold_brings_nothing_and_the_next_one_does(
    shop: Shop, anna: int, friend: int, come: Callable[[Shop, int], None]
) -> None:
    come(shop, friend)
    later(shop, days=14)
    assert stamps_of(shop, anna) == [0]
    assert state_of(shop, friend) == ("joined", "")
    come(shop, friend)
    shop.clock.pass_by(days=7)
    shop.stamp(friend)
    later(shop, days=7)
    assert (stamps_of(shop, anna), state_of(shop, friend)) == ([0], ("qualified", ""))
    later(shop, days=7)
    assert (stamps_of(shop, anna), state_of(shop, friend)) == ([1], ("rewarded", ""))


def test_a_first_visit_taken_back_after_the_hold_was_the_first(shop: Shop, anna: int, friend: int) -> None:
    shop.stamp(friend)
    later(shop, days=14)
    undo(shop.services, shop.request(friend), at_any_time=True)
    shop.stamp(friend)
    later(shop, days=14)
    assert stamps_of(shop, anna) == [1]


def test_where_the_first_of_two_purchases_is_returned_the_other_one_counts(
    shop: Shop, anna: int, friend: int
) -> None:
    """Its hold began with it; a third one brings nothing more."""
    buy(shop, friend, "a")
    later(shop, days=5)
    buy(shop, friend, "b")
    refund(shop.services, shop.request(friend), "a")
    later(shop, days=13)
    assert (stamps_of(shop, anna), state_of(shop, friend)) == ([0], ("qualified", ""))
    buy(shop, friend, "c")
    later(shop, days=1)
    assert (stamps_of(shop, anna), state_of(shop, friend)) == ([1], ("rewarded", ""))
    later(shop, days=30)
    assert stamps_of(shop, anna) == [1]


def test_a_friends_first_visit_may_have_been_with_a_card_that_was_merged(
    shop: Shop, anna: int, friend: int
) -> None:
    shop.stamp(friend)
    later(shop, days=14)
    kept = shop.account_id(shop.join())
    merge(shop.services, shop.merchant_id, kept, friend, new_form_key())
    shop.stamp(kept)
    later(shop, days=30)
    assert stamps_of(shop, anna) == [1]


def test_a_friend_whose_referrer_left_still_gets_it(shop: Shop, anna: int) -> None:
    friend, _ = bring(shop, code_of(shop, anna))
    close_card(shop.services, shop.merchant_id, anna)
    later(shop, days=14)
    assert stamps_of(shop, anna, friend) == [0, 1]


def test_a_referral_is_no_visit(shop: Shop, anna: int) -> None:
    """Or tiers by visits would count it."""
    bring(shop, code_of(shop, anna))
    later(shop, days=14)
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, anna)
    assert account.last_stamped_at is None
