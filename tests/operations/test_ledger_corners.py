"""Corners of the ledger in which units, days or rewards once went astray, on both databases."""

from typing import Any

from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import ProgramKind
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.rewards.choose import choose
from walletpass.operations.rewards.redeem import redeem

SPEND = EarnRule("spend", Trigger.AMOUNT, Unit.POINTS, 1, per_minor=100)
MUG = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=30, valid_days=20)


def new_card(shop: Shop, **changes: Any) -> int:
    """Of a program with points beside stamps."""
    publish_changes(shop, **{"kind": ProgramKind.MIXED, "earn": (SPEND,), "rewards": (MUG,), **changes})
    return shop.account_id(shop.join())


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
