"""The ten invariants of the ledger, by number, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from support.audits import find_breaches
from support.phones import hold_pass
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Limits, ProgramKind
from walletpass.loyalty.refusals import Kind, Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.gift_cards import GiftCard
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.issue import issue
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, gift_cards, ledger, lots, outbox
from walletpass.store.statements import rows

AT_ONCE = 20
MUG = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=80)
LAST_ONE = RewardTemplate("last", RewardKind.GIFT, "The last one", issue=IssueMode.CHOOSE, price=10, stock=1)
SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)


@pytest.fixture
def account(shop: Shop) -> int:
    """100 points, in a shop where one is earned for each euro."""
    publish_changes(
        shop,
        kind=ProgramKind.MIXED,
        earn=(SPEND,),
        rewards=(MUG, LAST_ONE),
        limits=replace(Limits(), repeat_window=0, cool_down=0, most_per_day=1000),
    )
    return member_with_points(shop)


def member_with_points(shop: Shop) -> int:
    account_id = shop.account_id(shop.join())
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 100, "migration")
    return account_id


def buy(shop: Shop, account_id: int, name: str, minor: int = 2000) -> Outcome:
    return post_purchase(
        shop.services, shop.request(account_id), Purchase(Price(minor), "EUR", {}, external_id=name)
    )


def rows_of(shop: Shop, table: Any) -> list[Any]:
    with shop.services.reading() as tx:
        return rows(tx, table.select().order_by(*table.primary_key))


def at_once(call: Callable[[int], object], times: int = AT_ONCE) -> list[object]:
    """What each call brought: what it returned, or the kind and code of its refusal."""

    def answer(number: int) -> object:
        try:
            return call(number)
        except Refusal as refusal:
            return refusal.kind, refusal.code

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(answer, range(times)))


def points_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        row = accounts.find_account(tx, account_id)
    assert row is not None
    return int(row.points)


def test_1_what_was_written_is_never_changed(shop: Shop, account: int) -> None:
    """Whatever comes after it: refunds, uses, expiry, new rules."""
    append_only = (ledger.ledger_entries, lots.lot_allocations, gift_cards.gift_card_transactions)
    publish_changes(shop, expiry=ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(months=1)))
    card = issue(shop.services, Request(shop.merchant_id, new_form_key()), GiftCard("EUR", 2500))
    buy(shop, account, "a")
    before = [rows_of(shop, table) for table in append_only]
    choose(shop.services, shop.request(account), "mug")
    refund(shop.services, shop.request(account), "a")
    spend(shop.services, Request(shop.merchant_id, new_form_key()), card.gift_card_id, 700, "EUR")
    shop.clock.pass_by(days=80)
    shop.stamp(account)
    for table, old in zip(append_only, before, strict=True):
        now = rows_of(shop, table)
        assert now[: len(old)] == old
        assert len(now) > len(old)


def test_2_the_balance_is_what_lots_hold_less_what_is_owed(shop: Shop, account: int) -> None:
    buy(shop, account, "a", 5000)
    choose(shop.services, shop.request(account), "mug")
    refund(shop.services, shop.request(account), "a")
    adjust(shop.services, shop.request(account), Unit.POINTS, 7, "goodwill")
    held = [lot.remaining for lot in rows_of(shop, lots.lots) if lot.unit == Unit.POINTS]
    assert points_of(shop, account) == sum(held) == 27
    assert find_breaches(shop) == []


def test_3_no_lot_holds_more_than_it_began_with_and_debits_say_where_they_took_from(
    shop: Shop, account: int
) -> None:
    """What a refund could not take is owed, and the next credit pays for it."""
    buy(shop, account, "a", 3000)
    choose(shop.services, shop.request(account), "mug")
    adjust(shop.services, shop.request(account), Unit.POINTS, -45, "correction")
    refund(shop.services, shop.request(account), "a")
    assert points_of(shop, account) == -25
    taken = rows_of(shop, lots.lot_allocations)[-1]
    assert (taken.entry_id, taken.quantity) == (_last_entry(shop, "reverse_earn", Unit.POINTS).id, 5)
    adjust(shop.services, shop.request(account), Unit.POINTS, 40, "goodwill")
    assert points_of(shop, account) == 15
    assert all(0 <= lot.remaining <= lot.original for lot in rows_of(shop, lots.lots))
    assert find_breaches(shop) == []


def test_4_twenty_equal_requests_make_one_entry_and_get_twenty_equal_answers(
    shop: Shop, account: int
) -> None:
    answers = at_once(lambda _: shop.stamp(account, key="one-intention-0001"))
    assert len({str(answer) for answer in answers}) == 1
    assert isinstance(answers[0], Outcome)
    assert len([e for e in rows_of(shop, ledger.ledger_entries) if e.unit == Unit.STAMPS]) == 1
    assert find_breaches(shop) == []


def test_4_the_same_key_for_something_else_is_a_conflict(shop: Shop, account: int) -> None:
    answers = at_once(lambda number: shop.stamp(account, 1 + number % 2, key="one-intention-0001"))
    refused = [answer for answer in answers if not isinstance(answer, Outcome)]
    assert set(refused) == {(Kind.CONFLICT, "key_reused")}
    assert len(refused) == AT_ONCE // 2


def test_5_a_purchase_earns_once_however_often_it_is_reported(shop: Shop, account: int) -> None:
    answers = at_once(lambda _: buy(shop, account, "bill-1"))
    assert len([answer for answer in answers if isinstance(answer, Outcome)]) == 1
    assert {answer for answer in answers if not isinstance(answer, Outcome)} == {
        (Kind.CONFLICT, "known_purchase")
    }
    assert points_of(shop, account) == 120


def test_5_nothing_is_taken_back_twice(shop: Shop, account: int) -> None:
    buy(shop, account, "bill-1")
    answers = at_once(lambda _: refund(shop.services, shop.request(account), "bill-1"))
    assert len([answer for answer in answers if isinstance(answer, Outcome)]) == 1
    assert points_of(shop, account) == 100
    assert find_breaches(shop) == []


def test_6_two_who_pay_eighty_out_of_a_hundred_at_once_do_not_both_get_it(shop: Shop, account: int) -> None:
    for member in (account, *(member_with_points(shop) for _ in range(5))):
        answers = at_once(lambda _, member=member: choose(shop.services, shop.request(member), "mug").done, 2)
        assert set(answers) == {"chosen", (Kind.CONFLICT, "not_enough_units")}
        assert points_of(shop, member) == 20
    assert find_breaches(shop) == []


def test_6_two_who_take_the_last_one_at_once_do_not_both_get_it(shop: Shop, account: int) -> None:
    """Two members, so that no account's lock keeps them apart."""
    members = [account, *(member_with_points(shop) for _ in range(7))]
    answers = at_once(lambda n: choose(shop.services, shop.request(members[n]), "last").done, len(members))
    assert len([answer for answer in answers if answer == "chosen"]) == 1
    assert sorted(points_of(shop, member) for member in members) == [90] + [100] * 7
    assert find_breaches(shop) == []


def test_6_a_gift_card_never_goes_below_zero(shop: Shop) -> None:
    card = issue(shop.services, Request(shop.merchant_id, new_form_key()), GiftCard("EUR", 1000))
    answers = at_once(
        lambda _: (
            spend(
                shop.services, Request(shop.merchant_id, new_form_key()), card.gift_card_id, 300, "EUR"
            ).balance_minor
        )
    )
    assert sorted(answer for answer in answers if isinstance(answer, int)) == [100, 400, 700]
    assert find_breaches(shop) == []


def test_6_a_reward_is_used_once_by_twenty_at_once(shop: Shop, account: int) -> None:
    (ready,) = choose(shop.services, shop.request(account), "mug").ready
    answers = at_once(lambda _: redeem(shop.services, shop.request(account), ready.id).done)
    assert len([answer for answer in answers if answer == "redeemed"]) == 1
    assert find_breaches(shop) == []


def test_7_entries_are_numbered_without_a_gap_whoever_writes_at_once(shop: Shop, account: int) -> None:
    answers = at_once(lambda _: shop.stamp(account))
    assert all(isinstance(answer, Outcome) for answer in answers)
    seqs = sorted(entry.seq for entry in rows_of(shop, ledger.ledger_entries) if entry.account_id == account)
    assert seqs == list(range(1, len(seqs) + 1))
    assert find_breaches(shop) == []


def test_8_there_are_no_fractions_of_units_or_money(shop: Shop, account: int) -> None:
    """19.99 earns 19 points; what is left over is in no column."""
    buy(shop, account, "a", 1999)
    assert points_of(shop, account) == 119
    for table in (ledger.ledger_entries, lots.lots, lots.lot_allocations, accounts.accounts):
        for row in rows_of(shop, table):
            assert not any(isinstance(value, float) for value in row)
    assert find_breaches(shop) == []


def test_9_what_tells_a_phone_is_written_with_what_it_tells(shop: Shop) -> None:
    """A posting that is refused leaves nothing; one that is written leaves a version and a row for the phone."""
    held = hold_pass(shop, "one")
    deliver_due(shop.services)
    before = _version(shop, held)
    with pytest.raises(Refusal):
        shop.stamp(held, 99)
    assert (_version(shop, held), rows_of(shop, outbox.push_outbox)) == (before, [])
    shop.stamp(held)
    assert (_version(shop, held), len(rows_of(shop, outbox.push_outbox))) == (before + 1, 1)


def test_10_buying_a_gift_card_earns_nothing_and_its_money_is_no_points(shop: Shop, account: int) -> None:
    price = Price(gross=3000, gift_cards=2500)
    post_purchase(shop.services, shop.request(account), Purchase(price, "EUR", {}))
    assert points_of(shop, account) == 105
    card = issue(shop.services, Request(shop.merchant_id, new_form_key()), GiftCard("EUR", 2500))
    spend(shop.services, Request(shop.merchant_id, new_form_key()), card.gift_card_id, 700, "EUR")
    assert points_of(shop, account) == 105
    assert find_breaches(shop) == []


def _last_entry(shop: Shop, kind: str, unit: Unit) -> Any:
    return [e for e in rows_of(shop, ledger.ledger_entries) if (e.kind, e.unit) == (kind, unit)][-1]


def _version(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        row = accounts.find_account(tx, account_id)
    assert row is not None
    return int(row.card_version)
