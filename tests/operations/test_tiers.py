"""Tiers on real accounts: what members do moves them, what they spend does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.rules import publish_changes
from support.shops import START, Shop

from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Limits, Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.rules.basket import returned
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule, Window
from walletpass.loyalty.tiers import Membership
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.earning.refund import refund
from walletpass.operations.earning.undo import undo
from walletpass.operations.rewards.redeem import redeem
from walletpass.operations.tiers.give import give_tier
from walletpass.operations.tiers.memberships import load_membership
from walletpass.store import accounts, due, rewards

ZONE = ZoneInfo("Europe/Amsterdam")
MUG = RewardTemplate("mug", RewardKind.GIFT, "A mug")
PLAN = TierPlan((TierRule("silver", "Silver", 2, reward="mug"), TierRule("gold", "Gold", 4)))
GENEROUS = Limits(cool_down=0, repeat_window=0, most_per_scan=30, most_per_day=100)


@pytest.fixture
def account_id(shop: Shop) -> int:
    """Silver from two visits in twelve months, gold from four."""
    publish_changes(shop, tier_plan=PLAN, rewards=(MUG,), limits=GENEROUS)
    return shop.account_id(shop.join())


def next_due(shop: Shop) -> datetime | None:
    """Once what is due now is done."""
    work(shop, shop.clock.at)
    with shop.services.reading() as tx:
        return due.next_due(tx)


def work(shop: Shop, at: datetime) -> None:
    shop.clock.at = at
    while do_due(shop.services):
        pass


def visit(shop: Shop, account_id: int, times: int = 1) -> None:
    """On days of their own."""
    for _ in range(times):
        shop.clock.pass_by(days=1)
        shop.stamp(account_id)


def membership_of(shop: Shop, account_id: int) -> Membership:
    with shop.services.reading() as tx:
        membership = load_membership(tx, account_id)
    assert membership is not None
    return membership


def tier_of(shop: Shop, account_id: int) -> str:
    with shop.services.reading() as tx:
        account: Any = accounts.find_account(tx, account_id)
        membership = load_membership(tx, account_id)
    assert account.tier == (membership.tier if membership else "")
    return str(account.tier)


def rewards_of(shop: Shop, account_id: int) -> list[str]:
    with shop.services.reading() as tx:
        return [row.title for row in rewards.list_ready_rewards(tx, account_id, shop.clock.now())]


def test_visits_raise_a_member_at_once_and_the_entry_reward_comes_once(shop: Shop, account_id: int) -> None:
    visit(shop, account_id)
    assert tier_of(shop, account_id) == ""
    visit(shop, account_id)
    assert tier_of(shop, account_id) == "silver"
    assert rewards_of(shop, account_id) == ["A mug"]
    visit(shop, account_id, 2)
    assert tier_of(shop, account_id) == "gold"
    assert rewards_of(shop, account_id) == ["A mug"]


def test_a_tier_that_visits_leave_ends_after_notice_and_grace(shop: Shop, account_id: int) -> None:
    """Followed only at the instants at which something is due."""
    visit(shop, account_id, 2)
    first = START.date() + timedelta(days=1)
    steps = []
    while (due_at := next_due(shop)) is not None:
        work(shop, due_at)
        membership = membership_of(shop, account_id)
        steps.append((local_day(due_at, ZONE), membership.tier, membership.ends_at is not None))
    left = first.replace(year=2027)
    assert steps == [(left, "silver", True), (left + timedelta(days=31), "", False)]
    assert tier_of(shop, account_id) == ""
    visit(shop, account_id, 2)
    assert (tier_of(shop, account_id), rewards_of(shop, account_id)) == ("silver", ["A mug"])


def test_who_comes_again_within_the_grace_keeps_the_tier(shop: Shop, account_id: int) -> None:
    visit(shop, account_id, 2)
    due_at = next_due(shop)
    assert due_at is not None
    work(shop, due_at)
    assert membership_of(shop, account_id).ends_at is not None
    visit(shop, account_id, 2)
    kept = membership_of(shop, account_id)
    assert (kept.tier, kept.ends_at) == ("silver", None)
    ends = next_due(shop)
    assert ends is not None
    assert ends > due_at + timedelta(days=300)


def test_a_visit_that_is_taken_back_ends_no_tier_at_once(shop: Shop, account_id: int) -> None:
    visit(shop, account_id, 2)
    undo(shop.services, shop.request(account_id))
    noticed = membership_of(shop, account_id)
    assert noticed.tier == "silver"
    assert noticed.ends_at is not None
    work(shop, noticed.ends_at)
    assert tier_of(shop, account_id) == ""


def buy(shop: Shop, account_id: int, euros: int) -> str:
    """On a day of its own; the till's name for it."""
    shop.clock.pass_by(days=1)
    name = f"sale {shop.clock.at}"
    purchase = Purchase(Price(euros * 100), "EUR", {}, name)
    post_purchase(shop.services, shop.request(account_id), purchase)
    return name


def test_a_refund_may_bring_the_end_nearer(shop: Shop, account_id: int) -> None:
    """60 euros in twelve months: of 30, 29 and 60 the last is enough; of 30, 29 and 29 all are needed."""
    by_spend = TierPlan((TierRule("silver", "Silver", 6000),), Measure.SPEND)
    publish_changes(shop, tier_plan=by_spend)
    *_, last = [buy(shop, account_id, euros) for euros in (30, 29, 60)]
    assert _ends_on(shop) == (START.date() + timedelta(days=3)).replace(year=2027)
    refund(shop.services, shop.request(account_id), last, returned(3100))
    assert _ends_on(shop) == (START.date() + timedelta(days=1)).replace(year=2027)


def spend_for_silver(shop: Shop) -> None:
    yearly = TierPlan((replace(PLAN.tiers[0], at=5000),), Measure.SPEND, Window.CALENDAR_YEAR)
    publish_changes(shop, tier_plan=yearly)


def test_an_entry_reward_that_went_back_comes_when_the_tier_is_truly_reached(
    shop: Shop, account_id: int
) -> None:
    """The tier itself stays for the year. As often as it goes back, and then once."""
    spend_for_silver(shop)
    for _ in range(2):
        refund(shop.services, shop.request(account_id), buy(shop, account_id, 60))
        work(shop, shop.clock.at)
        assert (tier_of(shop, account_id), rewards_of(shop, account_id)) == ("silver", [])
    came = []
    for euros in (40, 10, 60):
        buy(shop, account_id, euros)
        work(shop, shop.clock.at)
        came.append(rewards_of(shop, account_id))
    assert came == [[], ["A mug"], ["A mug"]]


def test_an_entry_reward_comes_again_at_once_where_enough_is_left(shop: Shop, account_id: int) -> None:
    spend_for_silver(shop)
    first, _ = buy(shop, account_id, 50), buy(shop, account_id, 50)
    refund(shop.services, shop.request(account_id), first)
    work(shop, shop.clock.at)
    assert rewards_of(shop, account_id) == ["A mug"]


def _ends_on(shop: Shop) -> date:
    due_at = next_due(shop)
    assert due_at is not None
    return local_day(due_at, ZONE)


@pytest.mark.parametrize("window", Window)
def test_what_is_spent_changes_no_tier(shop: Shop, account_id: int, window: Window) -> None:
    """By units earned, whatever became of them."""
    by_units = replace(PLAN, measure=Measure.UNITS, window=window)
    publish_changes(shop, tier_plan=by_units, milestones=(Milestone(4, "Free coffee"),))
    shop.stamp(account_id, 5)
    with shop.services.reading() as tx:
        (coffee,) = [r for r in rewards.list_ready_rewards(tx, account_id, START) if r.title != "A mug"]
        account: Any = accounts.find_account(tx, account_id)
    assert account.stamps == 1
    redeem(shop.services, shop.request(account_id), coffee.id)
    assert tier_of(shop, account_id) == "gold"


def test_staff_give_a_tier_until_a_day_and_it_ends_by_itself(shop: Shop, account_id: int) -> None:
    give_tier(shop.services, shop.request(account_id), "gold", date(2026, 12, 24))
    assert tier_of(shop, account_id) == "gold"
    due_at = next_due(shop)
    assert due_at == datetime(2026, 12, 24, 23, tzinfo=UTC)
    work(shop, due_at - timedelta(seconds=1))
    assert tier_of(shop, account_id) == "gold"
    work(shop, due_at)
    assert tier_of(shop, account_id) == ""


def test_staff_give_only_tiers_that_there_are_and_days_to_come(shop: Shop, account_id: int) -> None:
    for tier, through, code in (
        ("bronze", None, "unknown_tier"),
        ("gold", date(2026, 11, 21), "bad_last_day"),
    ):
        with pytest.raises(Refusal, match=code):
            give_tier(shop.services, shop.request(account_id), tier, through)


def test_a_program_that_gives_up_its_tiers_ends_them(shop: Shop, account_id: int) -> None:
    visit(shop, account_id, 2)
    publish_changes(shop, tier_plan=TierPlan())
    visit(shop, account_id)
    assert tier_of(shop, account_id) == ""
