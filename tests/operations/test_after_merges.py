"""What goes on with a card that another one was merged into, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.audits import find_breaches
from support.rules import FRIENDS, publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Clawback, Limits, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.standing import load_standing
from walletpass.operations.customers.merge import merge
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust, bring_in
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import find_purchase, refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.installation.merchants import list_merchants
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.overview import load_overview
from walletpass.operations.referrals.code import get_referral_code
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, referrals, rewards

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)
POINTS = {"kind": ProgramKind.MIXED, "earn": (SPEND,)}
A_MONTH = ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30))
WHILE_COMING = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(days=30))


def member(shop: Shop, name: str = "") -> int:
    return shop.account_id(shop.join(name))


def join_up(shop: Shop, kept: int, gone: int) -> Outcome:
    return merge(shop.services, shop.merchant_id, kept, gone, new_form_key())


def buy(shop: Shop, account_id: int, minor: int, bill: str) -> Outcome:
    return post_purchase(shop.services, shop.request(account_id), Purchase(Price(minor), "EUR", {}, bill))


def bring_back(shop: Shop, bill: str, minor: int | None = None) -> Outcome:
    account_id = find_purchase(shop.services, shop.merchant_id, bill)
    back = None if minor is None else returned(minor, {})
    return refund(shop.services, shop.request(account_id), bill, back)


def points_of(shop: Shop, account_id: int) -> int:
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
    assert account is not None
    return int(account.points)


def test_a_purchase_of_a_merged_card_is_refunded_by_its_number(shop: Shop) -> None:
    publish_changes(shop, **POINTS)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    buy(shop, kept, 1000, "bill 2")
    join_up(shop, kept, gone)
    assert (bring_back(shop, "bill 1", 2000).account_id, points_of(shop, kept)) == (kept, 40)
    assert bring_back(shop, "bill 1").points == 10
    with pytest.raises(Refusal, match="taken_back_already"):
        bring_back(shop, "bill 1")
    assert points_of(shop, gone) == 0
    assert find_breaches(shop) == []


def test_it_is_refunded_also_after_the_card_that_stayed_was_merged_into_a_third(shop: Shop) -> None:
    publish_changes(shop, **POINTS)
    first, second, third = member(shop), member(shop), member(shop)
    buy(shop, first, 5000, "bill 1")
    join_up(shop, second, first)
    join_up(shop, third, second)
    assert bring_back(shop, "bill 1", 2000).points == 30
    assert find_breaches(shop) == []


@pytest.mark.parametrize(
    ("clawback", "points"),
    [(Clawback.ALLOW_NEGATIVE, -40), (Clawback.CLAMP, 0)],
)
def test_what_was_used_with_the_card_that_stayed_is_had_back_as_the_rules_say(
    shop: Shop, clawback: Clawback, points: int
) -> None:
    publish_changes(shop, **POINTS, clawback=clawback)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    join_up(shop, kept, gone)
    adjust(shop.services, shop.request(kept), Unit.POINTS, -40, "correction")
    assert bring_back(shop, "bill 1").points == points
    assert find_breaches(shop) == []


def test_what_was_used_blocks_a_refund_where_the_rules_say_so(shop: Shop) -> None:
    publish_changes(shop, **POINTS, clawback=Clawback.BLOCK)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    join_up(shop, kept, gone)
    adjust(shop.services, shop.request(kept), Unit.POINTS, -1, "correction")
    with pytest.raises(Refusal, match="units_used"):
        bring_back(shop, "bill 1")
    assert bring_back(shop, "bill 1", 1000).points == 39
    assert find_breaches(shop) == []


@pytest.mark.parametrize("merges", [0, 1, 2])
def test_a_refund_asks_nothing_back_that_has_run_out_on_whichever_card(shop: Shop, merges: int) -> None:
    """Of 50 points 10 were used before, 15 are refunded in time, 25 run out: nothing but the 10 is owed then."""
    publish_changes(shop, **POINTS, expiry=A_MONTH)
    account_id = member(shop)
    buy(shop, account_id, 5000, "bill 1")
    adjust(shop.services, shop.request(account_id), Unit.POINTS, -10, "correction")
    for _ in range(merges):
        kept = member(shop)
        join_up(shop, kept, account_id)
        account_id = kept
    assert bring_back(shop, "bill 1", 1500).points == 25
    shop.clock.pass_by(days=40)
    buy(shop, account_id, 1000, "bill 2")
    assert bring_back(shop, "bill 1", 500).points == 10
    assert bring_back(shop, "bill 1").points == 0
    assert find_breaches(shop) == []


def test_what_ran_out_on_either_card_is_asked_back_of_neither(shop: Shop) -> None:
    """The stamp of the purchase moved, its points had run out before."""
    generous = replace(Limits(), cool_down=0, repeat_window=0)
    publish_changes(shop, **POINTS, expiry=A_MONTH, limits=generous)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    shop.clock.pass_by(days=29)
    join_up(shop, kept, gone)
    shop.clock.pass_by(days=2)
    outcome = bring_back(shop, "bill 1")
    assert (outcome.stamps, outcome.points) == (0, 0)
    assert find_breaches(shop) == []


def test_what_was_refunded_on_a_merged_card_does_not_come_back(shop: Shop) -> None:
    """It ran out with the card that stayed and was refunded then; a purchase from before its end arrives after that."""
    publish_changes(shop, **POINTS, expiry=WHILE_COMING)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    buy(shop, kept, 700, "bill 2")
    join_up(shop, kept, gone)
    shop.clock.pass_by(days=31)
    assert bring_back(shop, "bill 1").points == 0
    at = shop.clock.now() - timedelta(days=2)
    late = Purchase(Price(300), "EUR", {}, "bill 3", at)
    assert post_purchase(shop.services, shop.request(kept), late).points == 10
    assert find_breaches(shop) == []


def test_an_unused_reward_that_the_purchase_brought_goes_back_with_it(shop: Shop) -> None:
    tea = RewardTemplate("tea", RewardKind.GIFT, "Tea", issue=IssueMode.CONVERT, unit=Unit.POINTS, price=50)
    publish_changes(shop, **POINTS, rewards=(tea,))
    kept, gone = member(shop), member(shop)
    assert buy(shop, gone, 6000, "bill 1").gained == ("Tea",)
    join_up(shop, kept, gone)
    outcome = bring_back(shop, "bill 1")
    assert (outcome.points, outcome.ready) == (0, ())
    assert find_breaches(shop) == []


def test_a_refund_of_a_merged_cards_purchase_is_nothing_to_undo(shop: Shop) -> None:
    publish_changes(shop, **POINTS)
    kept, gone = member(shop), member(shop)
    buy(shop, gone, 5000, "bill 1")
    join_up(shop, kept, gone)
    bring_back(shop, "bill 1")
    with pytest.raises(Refusal, match="nothing_to_undo"):
        undo(shop.services, shop.request(kept))


def test_the_referral_code_of_a_merged_card_brings_friends_to_the_card_that_stayed(shop: Shop) -> None:
    publish_changes(shop, earn=(FRIENDS,))
    kept, gone = member(shop), member(shop)
    code = get_referral_code(shop.services, shop.merchant_id, gone)
    join_up(shop, kept, gone)
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, kept)
        assert account is not None
        found = referrals.find_by_code(tx, account.program_id, code)
    assert found is not None
    assert (found.id, found.member_id) == (kept, account.member_id)


def test_an_entry_reward_that_either_card_had_does_not_come_again(shop: Shop) -> None:
    """Gold was reached with the card that went; the card that stays gets there by the visits of both."""
    plan = TierPlan((TierRule("silver", "Silver", 1), TierRule("gold", "Gold", 3, reward="mug")))
    generous = replace(Limits(), cool_down=0, repeat_window=0, most_per_day=30)
    mug = RewardTemplate("mug", RewardKind.GIFT, "A mug")
    publish_changes(
        shop, tier_plan=plan, rewards=(mug,), limits=generous, milestones=(Milestone(30, "Cake"),)
    )
    kept, gone = member(shop), member(shop)
    shop.stamp(kept)
    for _ in range(3):
        shop.stamp(gone)
    join_up(shop, kept, gone)
    shop.clock.pass_by(minutes=1)
    while do_due(shop.services):
        pass
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, kept)
        ready = rewards.list_ready_rewards(tx, kept, shop.clock.now())
    assert account is not None
    assert (account.tier, [row.title for row in ready]) == ("gold", ["A mug"])


def test_two_cards_that_became_one_are_one_customer(shop: Shop) -> None:
    kept, gone = member(shop), member(shop)
    join_up(shop, kept, gone)
    shop.clock.pass_by(seconds=timedelta(days=1).total_seconds())
    assert load_overview(shop.services, shop.merchant_id).customers == 1
    (line,) = list_merchants(shop.services)
    assert line.members == 1


TWO_PLACES = (Milestone(4, "Cookie"), Milestone(10, "Free coffee"))


def add(shop: Shop, account_id: int, stamps: int) -> tuple[str, ...]:
    """By hand; negative: taken away."""
    return adjust(shop.services, shop.request(account_id), Unit.STAMPS, stamps, "correction").gained


@pytest.fixture
def cards(shop: Shop) -> tuple[int, int]:
    """Four stamps for a cookie, ten for a coffee; the second card, with five stamps, has had its cookie."""
    publish_changes(shop, milestones=TWO_PLACES)
    kept, gone = member(shop), member(shop)
    assert add(shop, gone, 5) == ("Cookie",)
    (cookie,) = load_standing(shop.services, shop.merchant_id, gone).rewards
    redeem(shop.services, shop.request(gone), cookie.id)
    return kept, gone


@pytest.mark.parametrize("merges", [1, 2])
def test_a_place_that_gave_its_reward_on_either_card_gives_no_second_one(
    shop: Shop, cards: tuple[int, int], merges: int
) -> None:
    """Not when stamps are taken away and collected again; on the next card it does."""
    account_id = cards[1]
    for kept in (cards[0], member(shop))[:merges]:
        add(shop, kept, 1)
        join_up(shop, kept, account_id)
        account_id = kept
    away = merges + 2
    assert (add(shop, account_id, -away), add(shop, account_id, away)) == ((), ())
    assert add(shop, account_id, 8) == ("Free coffee", "Cookie")
    assert find_breaches(shop) == []


def test_what_is_left_of_a_card_brings_no_second_reward_by_being_joined(
    shop: Shop, cards: tuple[int, int]
) -> None:
    """Three of its five were taken away; with three of the other it has five again."""
    kept, gone = cards
    add(shop, gone, -3)
    add(shop, kept, 3)
    assert join_up(shop, kept, gone).gained == ()


@pytest.mark.parametrize("turned", [False, True])
def test_the_rest_of_two_cards_that_fill_one_has_given_its_rewards(
    shop: Shop, cards: tuple[int, int], turned: bool
) -> None:
    """Five and nine: four on the next card, whose cookie the smaller one gave."""
    small, large = cards[1], cards[0]
    add(shop, large, 9)
    outcome = join_up(shop, *((small, large) if turned else (large, small)))
    assert (outcome.stamps, outcome.gained) == (4, ("Free coffee",))
    assert (add(shop, outcome.account_id, -1), add(shop, outcome.account_id, 1)) == ((), ())


def test_stamps_of_the_card_that_stays_bring_what_those_that_ran_out_had_brought(shop: Shop) -> None:
    """The cookie of the other card was for stamps that are gone now."""
    publish_changes(shop, milestones=TWO_PLACES)
    kept, gone = member(shop), member(shop)
    add(shop, kept, 3)
    last_day = shop.clock.now().date() + timedelta(days=5)
    bring_in(shop.services, shop.request(gone), Unit.STAMPS, 4, last_day)
    join_up(shop, kept, gone)
    shop.clock.pass_by(days=7)
    assert add(shop, kept, 1) == ("Cookie",)


def test_a_place_whose_reward_went_back_with_its_purchase_gives_it_anew(shop: Shop) -> None:
    publish_changes(shop, milestones=TWO_PLACES, earn=(replace(SPEND, unit=Unit.STAMPS, per_minor=1000),))
    kept, gone = member(shop), member(shop)
    assert buy(shop, gone, 4000, "bill 1").gained == ("Cookie",)
    join_up(shop, kept, gone)
    assert bring_back(shop, "bill 1").ready == ()
    assert buy(shop, kept, 4000, "bill 2").gained == ("Cookie",)
