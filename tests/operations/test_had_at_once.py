"""Rewards that are had at once, gift cards and units, go back as others do: what was done with them counts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from support.audits import find_breaches
from support.returns import BUN, SPEND, Card
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Clawback, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.gift_cards import BlockReason
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.merge import merge
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.refund import refund
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.gift_cards.block import block, unblock
from walletpass.operations.gift_cards.expire import expire_gift_cards
from walletpass.operations.gift_cards.moving import Request
from walletpass.operations.gift_cards.spend import spend
from walletpass.operations.gift_cards.transfer import transfer
from walletpass.store import accounts
from walletpass.store.gift_cards import gift_cards
from walletpass.store.rewards import issued_rewards

FACE = 2500
GIFT_CARD = RewardTemplate("card", RewardKind.GIFT_CARD, "25 €", amount_minor=FACE)
BONUS = RewardTemplate("more", RewardKind.BONUS_UNITS, "More", quantity=50)
MONTH = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))


def lucky(template: RewardTemplate) -> EarnRule:
    return EarnRule("lucky", Trigger.VISIT, Unit.STAMPS, reward=template.id)


def at(place: int, template: RewardTemplate) -> Milestone:
    return Milestone(place, template.title, template.id)


ON_THE_WAY = {"milestones": (at(4, GIFT_CARD), Milestone(10, "Coffee")), "rewards": (GIFT_CARD,)}
FULL = {"milestones": (at(4, GIFT_CARD),), "rewards": (GIFT_CARD,)}
UNITS_ON_THE_WAY = {"milestones": (at(4, BONUS), Milestone(10, "Coffee")), "rewards": (BONUS,)}
UNITS_FULL = {"milestones": (at(4, BONUS),), "rewards": (BONUS,)}
FOR_POINTS = replace(GIFT_CARD, issue=IssueMode.CONVERT, price=50)
POINTS = {"kind": ProgramKind.POINTS, "earn": (SPEND,), "milestones": ()}


def list_money(card: Card) -> list[int]:
    """What is on each gift card of the shop, oldest first."""
    with card.shop.services.reading() as tx:
        return list(tx.execute(select(gift_cards.c.balance_minor).order_by(gift_cards.c.id)).scalars())


def list_states(card: Card) -> list[str]:
    """Of each reward of the shop, oldest first."""
    with card.shop.services.reading() as tx:
        return list(tx.execute(select(issued_rewards.c.state).order_by(issued_rewards.c.id)).scalars())


def buy_each(card: Card, bills: str) -> None:
    for bill in bills:
        card.buy(bill)


# Gift cards.


@pytest.mark.parametrize("bill", ["a", "d"])
@pytest.mark.parametrize("rules", [ON_THE_WAY, FULL])
def test_a_new_gift_card_goes_back_when_the_rest_does_not_bring_it(
    shop: Shop, rules: dict[str, Any], bill: str
) -> None:
    card = Card(shop, **rules)
    buy_each(card, "abcd")
    card.give_back(bill)
    assert (card.stands, list_money(card)) == ((3, 0, []), [0])
    card.buy("e")
    assert list_money(card) == [0, FACE]


@pytest.mark.parametrize("rules", [ON_THE_WAY, FULL])
def test_a_new_gift_card_stays_while_the_rest_brings_it(shop: Shop, rules: dict[str, Any]) -> None:
    card = Card(shop, **rules)
    buy_each(card, "abcde")
    card.give_back("d")
    assert list_money(card) == [FACE]
    card.give_back("e")
    assert (card.stands, list_money(card)) == ((3, 0, []), [0])


def test_a_gift_card_that_points_became_gives_them_back(shop: Shop) -> None:
    card = Card(shop, **POINTS, rewards=(FOR_POINTS,))
    card.buy("a", 60)
    assert card.stands == (0, 10, [])
    card.give_back("a", 20)
    assert (card.stands, list_money(card)) == ((0, 40, []), [0])


def test_a_gift_card_that_a_rule_gave_goes_with_the_whole(shop: Shop) -> None:
    card = Card(shop, earn=(lucky(GIFT_CARD),), rewards=(GIFT_CARD,))
    card.buy("a", 20)
    card.give_back("a", 5)
    assert list_money(card) == [FACE]
    card.give_back("a")
    assert list_money(card) == [0]


def ask(shop: Shop) -> Request:
    return Request(shop.merchant_id, new_form_key())


def spend_a_cent(shop: Shop, gift_card: int) -> None:
    spend(shop.services, ask(shop), gift_card, 1, "EUR")


def give_away(shop: Shop, gift_card: int) -> None:
    transfer(shop.services, ask(shop), gift_card, member_of(shop, shop.account_id(shop.join("Bo"))))


def block_for_a_while(shop: Shop, gift_card: int) -> None:
    block(shop.services, ask(shop), gift_card, BlockReason.LOST)
    unblock(shop.services, ask(shop), gift_card)


def member_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
    return int(account.member_id)


@pytest.mark.parametrize("use", [spend_a_cent, give_away, block_for_a_while])
def test_a_gift_card_with_which_something_was_done_stays_and_is_owed(
    shop: Shop, use: Callable[[Shop, int], None]
) -> None:
    card = Card(shop, **FULL)
    buy_each(card, "abcd")
    use(shop, 1)
    (before,) = list_money(card)
    card.give_back("d")
    assert (card.stands, list_money(card)) == ((-1, 0, []), [before])
    buy_each(card, "efgh")
    assert (card.stands, list_money(card)) == ((3, 0, []), [before])


@pytest.mark.parametrize("swept", [False, True])
def test_a_gift_card_that_has_ended_stays_as_an_expired_reward_does(shop: Shop, swept: bool) -> None:
    card = Card(shop, milestones=(at(4, GIFT_CARD),), rewards=(replace(GIFT_CARD, valid_days=1),))
    buy_each(card, "abcd")
    shop.clock.pass_by(days=3)
    if swept:
        expire_gift_cards(shop.services)
    card.give_back("d")
    assert card.stands == (-1, 0, [])


def test_a_gift_card_that_nobody_can_take_back_blocks_the_return_where_the_rules_say_so(shop: Shop) -> None:
    card = Card(shop, **FULL, clawback=Clawback.BLOCK)
    buy_each(card, "abcd")
    spend_a_cent(shop, 1)
    with pytest.raises(Refusal, match="units_used"):
        card.give_back("d")
    assert list_money(card) == [FACE - 1]


def test_a_gift_card_is_either_paid_with_or_taken_back(shop: Shop) -> None:
    card = Card(shop, **FULL)
    buy_each(card, "abcd")
    with ThreadPoolExecutor(2) as pool:
        paid = pool.submit(spend, shop.services, ask(shop), 1, FACE, "EUR")
        pool.submit(refund, shop.services, shop.request(card.account), "d").result()
    refused: Any = paid.exception()
    assert (card.stands, list_money(card)) == ((3 if refused else -1, 0, []), [0])
    assert not refused or refused.code == "not_enough_money"
    assert find_breaches(shop) == []


@pytest.mark.parametrize(("use", "points"), [(lambda *_: None, 0), (spend_a_cent, -50)])
def test_a_gift_card_of_a_merged_card_goes_back_from_the_one_that_stayed(
    shop: Shop, use: Callable[[Shop, int], None], points: int
) -> None:
    """That its holder is another one now is nothing that was done with it."""
    gone = Card(shop, **POINTS, rewards=(FOR_POINTS,))
    gone.buy("a", 60)
    kept = Card(shop, **POINTS, rewards=(FOR_POINTS,))
    merge(shop.services, shop.merchant_id, kept.account, gone.account, new_form_key())
    use(shop, 1)
    kept.give_back("a")
    assert (kept.stands, list_money(kept)) == ((0, points, []), [-1 + FACE if points else 0])


# Units.


@pytest.mark.parametrize("rules", [UNITS_ON_THE_WAY, UNITS_FULL])
def test_units_that_were_a_reward_go_back_when_what_brought_them_is_undone(
    shop: Shop, rules: dict[str, Any]
) -> None:
    card = Card(shop, **rules)
    buy_each(card, "abcd")
    assert card.stands[1] == 50
    card.undo()
    assert (card.stands, list_states(card)) == ((3, 0, []), ["voided"])
    card.buy("e")
    assert (card.stands[1], list_states(card)) == (50, ["voided", "redeemed"])


def test_units_that_were_the_reward_of_a_rule_are_undone_with_it(shop: Shop) -> None:
    card = Card(shop, earn=(lucky(BONUS),), rewards=(BONUS,))
    card.buy("a", 20)
    card.undo()
    assert (card.stands, list_states(card)) == ((0, 0, []), ["voided"])


@pytest.mark.parametrize("bill", ["a", "d"])
@pytest.mark.parametrize("rules", [UNITS_ON_THE_WAY, UNITS_FULL])
def test_units_that_were_a_reward_go_back_when_the_rest_does_not_bring_them(
    shop: Shop, rules: dict[str, Any], bill: str
) -> None:
    card = Card(shop, **rules)
    buy_each(card, "abcd")
    card.give_back(bill)
    assert (card.stands, list_states(card)) == ((3, 0, []), ["voided"])
    card.buy("e")
    assert (card.stands[1], list_states(card)) == (50, ["voided", "redeemed"])


@pytest.mark.parametrize("rules", [UNITS_ON_THE_WAY, UNITS_FULL])
def test_units_that_were_a_reward_stay_while_the_rest_brings_them(shop: Shop, rules: dict[str, Any]) -> None:
    card = Card(shop, **rules)
    buy_each(card, "abcde")
    card.give_back("d")
    assert (card.stands[1], list_states(card)) == (50, ["redeemed"])
    card.give_back("e")
    assert (card.stands, list_states(card)) == ((3, 0, []), ["voided"])


def test_a_part_of_a_purchase_takes_them_back_whole(shop: Shop) -> None:
    card = Card(shop, **UNITS_ON_THE_WAY)
    card.buy("a", 50)
    card.give_back("a", 10)
    assert card.stands == (4, 50, [])
    card.give_back("a", 10)
    assert card.stands == (3, 0, [])


@pytest.mark.parametrize(("clawback", "points"), [(Clawback.ALLOW_NEGATIVE, -20), (Clawback.CLAMP, 0)])
def test_units_that_were_a_reward_and_are_used_are_had_back_as_the_rules_say(
    shop: Shop, clawback: Clawback, points: int
) -> None:
    card = Card(shop, **UNITS_ON_THE_WAY, clawback=clawback)
    buy_each(card, "abcd")
    adjust(shop.services, shop.request(card.account), Unit.POINTS, -20, "correction")
    card.give_back("a")
    assert card.stands == (3, points, [])


def test_units_that_were_a_reward_and_are_used_block_the_return_where_the_rules_say_so(shop: Shop) -> None:
    card = Card(shop, **UNITS_ON_THE_WAY, clawback=Clawback.BLOCK)
    buy_each(card, "abcd")
    adjust(shop.services, shop.request(card.account), Unit.POINTS, -20, "correction")
    with pytest.raises(Refusal, match="units_used"):
        card.give_back("a")


def test_what_such_units_became_goes_back_first(shop: Shop) -> None:
    """Fifty points came at the fourth stamp, and were a bun with the next purchase."""
    card = Card(shop, milestones=UNITS_ON_THE_WAY["milestones"], rewards=(BONUS, BUN))
    buy_each(card, "abcde")
    assert card.stands == (5, 0, ["Bun"])
    card.give_back("a")
    assert card.stands == (4, 0, ["Bun"])
    card.give_back("e")
    assert card.stands == (3, 0, [])


def test_stamps_that_were_a_reward_do_not_hold_the_place_that_brought_them(shop: Shop) -> None:
    stamps = replace(BONUS, unit=Unit.STAMPS, quantity=2)
    card = Card(shop, milestones=(at(3, stamps), Milestone(10, "Coffee")), rewards=(stamps,))
    buy_each(card, "abc")
    assert card.stands == (5, 0, [])
    card.give_back("b")
    assert card.stands == (2, 0, [])


def test_stamps_that_were_a_reward_take_a_full_card_along(shop: Shop) -> None:
    """Nine purchases and two stamps are a coffee and the first stamp of the next card; eight are eight."""
    stamps = replace(BONUS, unit=Unit.STAMPS, quantity=2)
    card = Card(shop, milestones=(at(9, stamps), Milestone(10, "Coffee")), rewards=(stamps,))
    buy_each(card, "abcdefghij")
    assert card.stands == (2, 0, ["Coffee"])
    card.give_back("a")
    card.give_back("b")
    assert card.stands == (8, 0, [])


def test_units_that_were_a_reward_and_ran_out_are_owed_by_nobody(shop: Shop) -> None:
    card = Card(shop, earn=(lucky(BONUS),), rewards=(BONUS,), expiry=MONTH)
    card.buy("a")
    assert card.stands == (0, 50, [])
    shop.clock.pass_by(days=40)
    card.give_back("a")
    assert (card.stands, list_states(card)) == ((0, 0, []), ["voided"])


def test_units_that_were_a_reward_of_a_merged_card_go_back_from_the_one_that_stayed(shop: Shop) -> None:
    gone = Card(shop, **UNITS_ON_THE_WAY)
    gone.buy("a", 40)
    kept = Card(shop, **UNITS_ON_THE_WAY)
    merge(shop.services, shop.merchant_id, kept.account, gone.account, new_form_key())
    assert kept.stands == (4, 50, [])
    kept.give_back("a", 10)
    assert (kept.stands, list_states(kept)) == ((3, 0, []), ["voided"])
