"""Tiers on real accounts: what members do moves them, what they spend does not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from support.rules import publish_changes
from support.shops import START, Shop

from walletpass.loyalty.program import Limits, Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule, Window
from walletpass.operations.posting.post import open_desk
from walletpass.operations.rewards.redeem import redeem
from walletpass.operations.tiers.memberships import load_membership
from walletpass.operations.tiers.promote import give_tier, settle_tier
from walletpass.store import accounts, due, rewards

MUG = RewardTemplate("mug", RewardKind.GIFT, "A mug")
PLAN = TierPlan((TierRule("silver", "Silver", 2, reward="mug"), TierRule("gold", "Gold", 4)))
GENEROUS = Limits(cool_down=0, repeat_window=0, most_per_scan=30, most_per_day=100)


@pytest.fixture
def account_id(shop: Shop) -> int:
    """Silver from two visits in twelve months, gold from four."""
    publish_changes(shop, tier_plan=PLAN, rewards=(MUG,), limits=GENEROUS)
    return shop.account_id(shop.join())


def settle(shop: Shop, account_id: int) -> datetime | None:
    with shop.services.transaction() as tx:
        return settle_tier(shop.services, open_desk(shop.services, tx, accounts.lock_account(tx, account_id)))


def visit(shop: Shop, account_id: int, times: int = 1) -> datetime | None:
    """On days of their own; when the tier is to be looked at."""
    for _ in range(times):
        shop.clock.pass_by(days=1)
        shop.stamp(account_id)
    return settle(shop, account_id)


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
    """Followed only at the instants at which it is said to be looked at."""
    review = visit(shop, account_id, 2)
    first = START.date() + timedelta(days=1)
    steps = []
    while review is not None:
        shop.clock.at = review
        review = settle(shop, account_id)
        with shop.services.reading() as tx:
            membership = load_membership(tx, account_id)
        assert membership is not None
        steps.append((shop.clock.at.date(), membership.tier, membership.ends_at is not None))
    # Days in UTC: a local day begins on the evening before.
    left = first.replace(year=2027) - timedelta(days=1)
    assert steps == [(left, "silver", True), (left + timedelta(days=31), "", False)]
    assert tier_of(shop, account_id) == ""
    visit(shop, account_id, 2)
    assert (tier_of(shop, account_id), rewards_of(shop, account_id)) == ("silver", ["A mug"])


def test_who_comes_again_within_the_grace_keeps_the_tier(shop: Shop, account_id: int) -> None:
    review = visit(shop, account_id, 2)
    assert review is not None
    shop.clock.at = review
    settle(shop, account_id)
    visit(shop, account_id, 2)
    with shop.services.reading() as tx:
        membership = load_membership(tx, account_id)
    assert membership is not None
    assert (membership.tier, membership.ends_at) == ("silver", None)


@pytest.mark.parametrize("window", Window)
def test_what_is_spent_changes_no_tier(shop: Shop, account_id: int, window: Window) -> None:
    """By units earned, whatever became of them."""
    by_units = replace(PLAN, measure=Measure.UNITS, window=window)
    publish_changes(shop, tier_plan=by_units, milestones=(Milestone(4, "Free coffee"),))
    shop.stamp(account_id, 5)
    settle(shop, account_id)
    with shop.services.reading() as tx:
        (coffee,) = [r for r in rewards.list_ready_rewards(tx, account_id, START) if r.title != "A mug"]
        account: Any = accounts.find_account(tx, account_id)
    assert account.stamps == 1
    redeem(shop.services, shop.request(account_id), coffee.id)
    settle(shop, account_id)
    assert tier_of(shop, account_id) == "gold"


def test_nothing_is_written_where_nothing_changes(shop: Shop, account_id: int) -> None:
    visit(shop, account_id, 2)
    with shop.services.reading() as tx:
        before: Any = accounts.find_account(tx, account_id)
    assert settle(shop, account_id) == settle(shop, account_id)
    with shop.services.reading() as tx:
        assert accounts.find_account(tx, account_id) == before


def test_staff_give_a_tier_until_a_day_and_it_ends_by_itself(shop: Shop, account_id: int) -> None:
    give_tier(shop.services, shop.request(account_id), "gold", date(2026, 12, 24))
    assert tier_of(shop, account_id) == "gold"
    with shop.services.reading() as tx:
        due_at = due.next_due(tx)
    assert due_at is not None
    shop.clock.at = due_at - timedelta(seconds=1)
    settle(shop, account_id)
    assert tier_of(shop, account_id) == "gold"
    shop.clock.at = due_at
    settle(shop, account_id)
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
    settle(shop, account_id)
    assert tier_of(shop, account_id) == ""
