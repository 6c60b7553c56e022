"""Units that are a reward count like others: what they reach is given with them."""

import pytest
from support.returns import BUN, SPEND, STAMP_FOR_TEN, Card
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule
from walletpass.loyalty.units import Unit

TWO = RewardTemplate("two", RewardKind.BONUS_UNITS, "Two stamps", unit=Unit.STAMPS, quantity=2)
FIFTY = RewardTemplate("fifty", RewardKind.BONUS_UNITS, "Fifty points", quantity=50)
Stands = tuple[int, int, list[str]]
COOKIE, COFFEE = Milestone(4, "Cookie"), Milestone(8, "Coffee")


@pytest.mark.parametrize(
    ("milestones", "rewards", "stands"),
    [
        ((Milestone(3, "Two stamps", "two"), COOKIE, COFFEE), (TWO,), (5, 0, ["Cookie"])),
        ((Milestone(3, "Two stamps", "two"), Milestone(5, "Coffee")), (TWO,), (0, 0, ["Coffee"])),
        ((Milestone(2, "Cookie"), Milestone(3, "Two stamps", "two")), (TWO,), (2, 0, ["Cookie", "Cookie"])),
        ((Milestone(3, "Fifty points", "fifty"), COFFEE), (FIFTY, BUN), (3, 0, ["Bun"])),
    ],
)
def test_units_of_a_milestone_reach_the_next(
    shop: Shop, milestones: tuple[Milestone, ...], rewards: tuple[RewardTemplate, ...], stands: Stands
) -> None:
    """Also on the next card, where the last place gave them."""
    card = Card(shop, milestones=milestones, rewards=rewards)
    card.buy("three", 30)
    assert card.stands == stands
    card.buy("none", 1)
    assert card.stands == stands
    card.give_back("three")
    assert card.stands == (0, 0, [])


def test_units_of_a_rule_reach_a_place(shop: Shop) -> None:
    lucky = EarnRule("lucky", Trigger.VISIT, Unit.STAMPS, reward=TWO.id)
    card = Card(shop, milestones=(COOKIE, COFFEE), rewards=(TWO,), earn=(STAMP_FOR_TEN, lucky))
    card.buy("a", 20)
    assert card.stands == (4, 0, ["Cookie"])
    card.undo()
    assert card.stands == (0, 0, [])


def test_units_of_a_tier_reach_a_place_and_a_price(shop: Shop) -> None:
    tiers = (
        TierRule("silver", "Silver", 3000, reward=TWO.id),
        TierRule("gold", "Gold", 9000, reward="fifty"),
    )
    card = Card(
        shop,
        milestones=(COOKIE, COFFEE),
        rewards=(TWO, FIFTY, BUN),
        tier_plan=TierPlan(tiers, Measure.SPEND),
        earn=(STAMP_FOR_TEN, SPEND),
    )
    card.buy("a", 30)
    assert card.stands == (5, 30, ["Cookie"])
    card.buy("b", 60)
    assert card.stands == (3, 40, ["Cookie", "Coffee", "Bun", "Bun"])
