"""Which picture stands beside a reward."""

import pytest

from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.reward_icons import RewardIcon, icon_of
from walletpass.loyalty.reward_templates import RewardKind, RewardTemplate


@pytest.mark.parametrize(
    ("terms", "icon"),
    [
        (None, RewardIcon.GIFT),
        (RewardTemplate("tea", RewardKind.GIFT, "Tea"), RewardIcon.GIFT),
        (RewardTemplate("tea", RewardKind.GIFT, "Tea", icon="coffee"), RewardIcon.COFFEE),
        (RewardTemplate("ten", RewardKind.PERCENT_COUPON, "10 %", percent=10), RewardIcon.PERCENT),
        (RewardTemplate("ten", RewardKind.PERCENT_COUPON, "10 %", icon="bag"), RewardIcon.BAG),
        (RewardTemplate("card", RewardKind.GIFT_CARD, "25"), RewardIcon.CARD),
        (RewardTemplate("vip", RewardKind.ACCESS, "Evening"), RewardIcon.TICKET),
        (RewardTemplate("own", RewardKind.CUSTOM, "A word"), RewardIcon.GIFT),
    ],
)
def test_a_reward_has_the_chosen_picture_or_one_that_fits_its_kind(
    terms: RewardTemplate | None, icon: RewardIcon
) -> None:
    """A milestone that names no reward is a gift."""
    assert icon_of(terms) is icon


def test_rules_that_were_published_with_another_picture_are_still_read() -> None:
    """It was a text of any kind once."""
    rewards = [{"id": "tea", "kind": "percent_coupon", "title": "Tea", "percent": 10, "icon": "☕"}]
    (tea,) = load_program({"zone": "Europe/Amsterdam", "milestones": [], "rewards": rewards}).rewards
    assert icon_of(tea) is RewardIcon.PERCENT
