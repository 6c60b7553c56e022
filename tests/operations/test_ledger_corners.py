"""Corners of the ledger in which units, days or rewards once went astray, on both databases."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import START, Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Limits, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.units import Unit
from walletpass.operations.customers.merge import merge
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust, bring_in, revive
from walletpass.operations.earning.purchase import Purchase, post_event, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, counters

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)
SHARE = EarnRule("share", Trigger.SHARE, Unit.POINTS, 7)
MONTHLY = ExpiryPolicy(ExpiryKind.ROLLING_ON_EARN, Duration(days=30))
MUG = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=30, valid_days=20)


def new_card(shop: Shop, **changes: Any) -> int:
    """Of a program with points beside stamps."""
    publish_changes(shop, **{"kind": ProgramKind.MIXED, "earn": (SPEND,), "rewards": (MUG,), **changes})
    return shop.account_id(shop.join())


def row_of(shop: Shop, account_id: int) -> Any:
    with shop.services.reading() as tx:
        return accounts.find_account(tx, account_id)


def list_days(shop: Shop, account_id: int) -> dict[date, tuple[int, ...]]:
    """Visits, stamps, points, money."""
    with shop.services.reading() as tx:
        days = counters.list_days(tx, account_id, date.min)
    return {day.day: tuple(getattr(day, name) for name in counters.COUNTED) for day in days}


def look_after(shop: Shop) -> None:
    while do_due(shop.services):
        pass


def buy(shop: Shop, account_id: int, minor: int, **more: Any) -> Outcome:
    purchase = Purchase(Price(minor), "EUR", {}, **more)
    return post_purchase(shop.services, shop.request(account_id), purchase)


def test_undoing_takes_nothing_for_what_ran_out(shop: Shop) -> None:
    """Three stamps were given by mistake and ran out before anybody noticed: they are gone once, not twice."""
    account_id = new_card(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DURATION, Duration(days=30)))
    bring_in(shop.services, shop.request(account_id), Unit.STAMPS, 5, START.date() + timedelta(days=90))
    shop.stamp(account_id, 3)
    shop.clock.pass_by(days=40)
    assert undo(shop.services, shop.request(account_id), at_any_time=True).stamps == 5
    assert find_breaches(shop) == []


def test_a_bonus_that_is_taken_back_was_never_earned(shop: Shop) -> None:
    account_id = new_card(shop, earn=(SPEND, SHARE))
    buy(shop, account_id, 2000)
    post_event(shop.services, shop.request(account_id), Trigger.SHARE)
    assert undo(shop.services, shop.request(account_id), at_any_time=True).points == 20
    assert row_of(shop, account_id).lifetime_points == 20
    assert find_breaches(shop) == []


def test_a_reward_given_back_after_its_end_has_days_of_grace_and_then_ends(shop: Shop) -> None:
    """By itself: somebody looks after it though nobody asks for the card."""
    account_id = new_card(shop)
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 30, "courtesy")
    (mug,) = choose(shop.services, shop.request(account_id), "mug").ready
    redeem(shop.services, shop.request(account_id), mug.id)
    shop.clock.pass_by(days=25)
    look_after(shop)
    assert undo(shop.services, shop.request(account_id), at_any_time=True).ready == (mug,)
    shop.clock.pass_by(days=14)
    assert shop.stamp(account_id).ready == (mug,)
    before = row_of(shop, account_id).card_version
    shop.clock.pass_by(days=1)
    look_after(shop)
    assert row_of(shop, account_id).card_version == before + 1
    assert shop.stamp(account_id).ready == ()
    assert find_breaches(shop) == []


def test_a_reward_given_back_in_time_ends_as_if_it_had_not_been_used(shop: Shop) -> None:
    account_id = new_card(shop)
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 30, "courtesy")
    (mug,) = choose(shop.services, shop.request(account_id), "mug").ready
    shop.clock.pass_by(days=19)
    redeem(shop.services, shop.request(account_id), mug.id)
    undo(shop.services, shop.request(account_id))
    assert shop.stamp(account_id).ready == (mug,)
    shop.clock.pass_by(days=2)
    assert shop.stamp(account_id).ready == ()


def test_what_is_taken_back_counts_for_less_on_its_own_day(shop: Shop) -> None:
    """Else a refund would leave room for more stamps than a day allows."""
    account_id = new_card(shop, limits=Limits(0, 0, most_per_scan=3, most_per_day=3))
    day = shop.clock.now().date()
    buy(shop, account_id, 2000, external_id="bill 1")
    buy(shop, account_id, 500)
    shop.clock.pass_by(days=1)
    undo(shop.services, shop.request(account_id), at_any_time=True)
    refund(shop.services, shop.request(account_id), "bill 1", returned(700))
    assert list_days(shop, account_id) == {day: (1, 1, 13, 1300)}
    refund(shop.services, shop.request(account_id), "bill 1")
    assert list_days(shop, account_id) == {day: (0, 0, 0, 0)}
    shop.stamp(account_id, 3)
    with pytest.raises(Refusal, match="too_many_today"):
        shop.stamp(account_id)
    assert find_breaches(shop) == []


def test_what_arrives_late_counts_on_the_day_on_which_it_happened(shop: Shop) -> None:
    account_id = new_card(shop)
    now = shop.clock.now()
    buy(shop, account_id, 2000, happened_at=now - timedelta(days=2))
    assert list_days(shop, account_id) == {now.date() - timedelta(days=2): (1, 1, 20, 2000)}
    assert find_breaches(shop) == []


def test_a_late_purchase_brings_back_only_units_that_it_earned(shop: Shop) -> None:
    """And each once: half a euro gives a stamp and no point, so it keeps stamps alive and no points."""
    account_id = new_card(shop, expiry=MONTHLY)
    shop.stamp(account_id, 2)
    buy(shop, account_id, 500)
    shop.clock.pass_by(days=31)
    shop.stamp(account_id)
    for _ in range(2):
        late = buy(shop, account_id, 50, happened_at=shop.clock.now() - timedelta(days=2))
        shop.clock.pass_by(minutes=1)
    assert (late.stamps, late.points) == (3 + 1 + 2, 0)
    assert find_breaches(shop) == []


def test_a_late_purchase_fills_the_card_with_what_it_brings_back(shop: Shop) -> None:
    """As it would have in time; and a milestone that was passed before gives nothing again."""
    cookie, coffee = Milestone(3, "Cookie"), Milestone(5, "Coffee")
    account_id = new_card(shop, expiry=MONTHLY, milestones=(cookie, coffee))
    shop.stamp(account_id, 3)
    shop.clock.pass_by(seconds=40)
    shop.stamp(account_id)
    shop.clock.pass_by(days=31)
    late = buy(shop, account_id, 50, happened_at=shop.clock.now() - timedelta(days=2))
    assert (late.stamps, late.gained) == (0, ("Coffee",))
    assert find_breaches(shop) == []


def test_what_is_given_back_out_of_goodwill_brings_its_rewards_at_once(shop: Shop) -> None:
    """As a stamp or a purchase would: a milestone, a full card, and points that reach a threshold."""
    bun = RewardTemplate("bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50)
    marks = (Milestone(3, "Cookie"), Milestone(5, "Coffee"))
    account_id = new_card(shop, expiry=MONTHLY, milestones=marks, rewards=(bun,))
    for _ in range(3):
        shop.stamp(account_id, 2)
        shop.clock.pass_by(minutes=1)
        buy(shop, account_id, 4900)
        shop.clock.pass_by(days=31)
    assert shop.stamp(account_id).stamps == 1

    def give_back(unit: Unit, quantity: int) -> tuple[tuple[str, ...], int, int]:
        back = revive(shop.services, shop.request(account_id), unit, quantity)
        return back.gained, back.stamps, back.points

    assert give_back(Unit.STAMPS, 1) == ((), 2, 0)
    assert give_back(Unit.STAMPS, 2) == (("Cookie",), 4, 0)
    assert give_back(Unit.STAMPS, 2) == (("Coffee",), 1, 0)
    assert give_back(Unit.POINTS, 49) == ((), 1, 49)
    assert give_back(Unit.POINTS, 52) == (("Bun", "Bun"), 1, 1)
    shop.clock.pass_by(minutes=1)
    assert shop.stamp(account_id).gained == ()
    assert find_breaches(shop) == []


def test_the_same_stamps_do_not_pass_a_milestone_twice(shop: Shop) -> None:
    """Buy, use what it brings, return, and again: nobody comes to a second sandwich so, nor by returning something
    else."""
    marks = (Milestone(4, "Sandwich"), Milestone(10, "Coffee"))
    account_id = new_card(shop, milestones=marks)

    def buy_bill(bill: str) -> Outcome:
        shop.clock.pass_by(minutes=2)
        return buy(shop, account_id, 500, external_id=bill)

    def give_back(bill: str) -> Outcome:
        shop.clock.pass_by(minutes=2)
        return refund(shop.services, shop.request(account_id), bill)

    assert [buy_bill(f"one-{n}").gained for n in range(4)] == [(), (), (), ("Sandwich",)]
    give_back("one-0")
    in_hand = buy_bill("two-0")
    assert (in_hand.stamps, in_hand.gained, len(in_hand.ready)) == (
        4,
        ("Sandwich",),
        1,
    )  # unused, it had gone back
    assert give_back("one-3").ready == ()  # this one had brought it
    again = buy_bill("three-0")
    assert (again.stamps, again.gained) == (4, ("Sandwich",))
    redeem(shop.services, shop.request(account_id), again.ready[0].id)
    give_back("three-0")
    assert buy_bill("four-0").gained == ()
    assert [buy_bill(f"five-{n}").gained for n in range(6)][-2:] == [(), ("Coffee",)]
    assert [buy_bill(f"six-{n}").gained for n in range(4)] == [(), (), (), ("Sandwich",)]
    assert find_breaches(shop) == []


def test_a_milestone_gives_again_to_who_begins_anew_after_all_ran_out(shop: Shop) -> None:
    marks = (Milestone(3, "Cookie"), Milestone(5, "Coffee"))
    account_id = new_card(shop, expiry=MONTHLY, milestones=marks)
    assert shop.stamp(account_id, 3).gained == ("Cookie",)
    shop.clock.pass_by(days=31)
    assert shop.stamp(account_id, 3).gained == ("Cookie",)
    assert adjust(shop.services, shop.request(account_id), Unit.STAMPS, -1, "correction").stamps == 2
    assert adjust(shop.services, shop.request(account_id), Unit.STAMPS, 1, "courtesy").gained == ()


def test_cards_that_become_one_give_nothing_that_one_of_them_gave(shop: Shop) -> None:
    """Its cookie was had for stamps of which one was returned; a stamp of the other card fills that place."""
    marks = (Milestone(3, "Cookie"), Milestone(8, "Coffee"))
    kept, gone = new_card(shop, milestones=marks), shop.account_id(shop.join())
    assert shop.stamp(kept, 3).gained == ("Cookie",)
    adjust(shop.services, shop.request(kept), Unit.STAMPS, -1, "correction")
    shop.stamp(gone)
    joined = merge(shop.services, shop.merchant_id, kept, gone, new_form_key())
    assert (joined.stamps, joined.gained) == (3, ())
    assert find_breaches(shop) == []


def test_a_correction_is_not_undone_by_half(shop: Shop) -> None:
    """Its units would stay, and only the reward that they brought would go."""
    account_id = new_card(shop, milestones=(Milestone(5, "Coffee"),))
    (coffee,) = adjust(shop.services, shop.request(account_id), Unit.STAMPS, 6, "courtesy").ready
    with pytest.raises(Refusal, match="nothing_to_undo"):
        undo(shop.services, shop.request(account_id), at_any_time=True)
    assert shop.stamp(account_id).ready == (coffee,)


def test_what_was_undone_does_not_come_back(shop: Shop) -> None:
    """It ran out, was undone then, and a purchase from before its end arrives after that."""
    account_id = new_card(shop, expiry=MONTHLY)
    buy(shop, account_id, 500)
    shop.clock.pass_by(days=31)
    undo(shop.services, shop.request(account_id), at_any_time=True)
    late = buy(shop, account_id, 300, happened_at=shop.clock.now() - timedelta(days=2))
    assert (late.stamps, late.points) == (1, 3)
    assert find_breaches(shop) == []


def test_using_a_reward_keeps_points_alive_too(shop: Shop) -> None:
    policy = ExpiryPolicy(ExpiryKind.ROLLING_ON_ACTIVITY, Duration(days=30))
    account_id = new_card(shop, expiry=policy)
    shop.stamp(account_id)
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 50, "courtesy")
    choose(shop.services, shop.request(account_id), "mug")
    shop.clock.pass_by(days=15)
    (mug,) = shop.stamp(account_id).ready
    redeem(shop.services, shop.request(account_id), mug.id)
    shop.clock.pass_by(days=29)
    assert shop.stamp(account_id).points == 20
    assert find_breaches(shop) == []


def test_after_the_last_day_of_all_units_nothing_is_collected(shop: Shop) -> None:
    """Rather than stamped and gone at once. What a till tells late counts as of its day; rewards are still given."""
    last_day = START.date() + timedelta(days=1)
    account_id = new_card(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DATE, on=last_day))
    (free,) = adjust(shop.services, shop.request(account_id), Unit.STAMPS, 10, "courtesy").ready
    evening = shop.clock.now() + timedelta(days=1)
    shop.clock.pass_by(days=2)
    with pytest.raises(Refusal, match="program_ended"):
        shop.stamp(account_id)
    buy(shop, account_id, 2000, happened_at=evening)
    look_after(shop)
    assert row_of(shop, account_id).points == 0
    assert redeem(shop.services, shop.request(account_id), free.id).done == "redeemed"
    assert find_breaches(shop) == []


def test_what_is_given_after_the_last_day_of_all_units_still_brings_its_rewards(shop: Shop) -> None:
    """A purchase from before the end that a till tells late, or units given by hand; only what is left is gone."""
    bun = RewardTemplate("bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50)
    account_id = new_card(shop, expiry=ExpiryPolicy(ExpiryKind.FIXED_DATE, on=START.date()), rewards=(bun,))
    noon = shop.clock.now()
    shop.clock.pass_by(days=1)
    late = buy(shop, account_id, 6000, happened_at=noon)
    by_hand = adjust(shop.services, shop.request(account_id), Unit.STAMPS, 12, "courtesy")
    assert (late.gained, by_hand.gained) == (("Bun",), ("Free coffee",))
    look_after(shop)
    assert (row_of(shop, account_id).stamps, row_of(shop, account_id).points) == (0, 0)
    assert find_breaches(shop) == []


def test_units_that_last_so_long_at_most_end_then_though_others_go_on(shop: Shop) -> None:
    """The rolling date moved beyond their own last day, and was looked after at each of its former places."""
    policy = ExpiryPolicy(ExpiryKind.FIRST_OF, Duration(months=6), at_most=Duration(months=12))
    account_id = new_card(shop, earn=(SPEND,), rewards=(), expiry=policy)
    buy(shop, account_id, 1000)
    for days in (150, 150):
        shop.clock.pass_by(days=days)
        look_after(shop)
        buy(shop, account_id, 1000)
    shop.clock.pass_by(days=64)
    look_after(shop)
    assert row_of(shop, account_id).points == 30
    shop.clock.pass_by(days=2)
    look_after(shop)
    assert row_of(shop, account_id).points == 20
    assert find_breaches(shop) == []
