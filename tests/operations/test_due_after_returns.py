"""What is due stays due, or comes, whatever was returned, undone or used in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.returns import BUN, SPEND, STAMP_FOR_TEN, Card
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.program import Clawback, Milestone, ProgramKind
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust

TEA = (Milestone(4, "Tea"),)
COOKIE = (Milestone(4, "Cookie"), Milestone(10, "Coffee"))


@pytest.mark.parametrize("bill", ["a", "d"])
def test_four_stamps_are_a_tea_whichever_of_five_purchases_is_returned(shop: Shop, bill: str) -> None:
    card = Card(shop, milestones=TEA)
    for each in "abcde":
        card.buy(each)
    assert card.stands == (1, 0, ["Tea"])
    card.give_back(bill)
    assert card.stands == (0, 0, ["Tea"])


def test_a_reward_that_stayed_goes_when_the_rest_is_returned_too(shop: Shop) -> None:
    card = Card(shop, milestones=TEA)
    for each in "abcde":
        card.buy(each)
    card.give_back("d")
    card.give_back("e")
    assert card.stands == (3, 0, [])


def test_a_place_on_the_way_keeps_its_reward_while_the_stamps_reach_it(shop: Shop) -> None:
    card = Card(shop, milestones=COOKIE)
    for each in "abcde":
        card.buy(each)
    card.give_back("d")
    assert card.stands == (4, 0, ["Cookie"])
    card.give_back("e")
    assert card.stands == (3, 0, [])
    card.buy("f")
    assert card.stands == (4, 0, ["Cookie"])


def test_a_place_on_a_card_that_is_full_keeps_its_reward(shop: Shop) -> None:
    card = Card(shop, milestones=COOKIE)
    for each in "abcdefghijk":
        card.buy(each)
    card.give_back("d")
    assert card.stands == (0, 0, ["Cookie", "Coffee"])


def test_a_card_that_is_open_again_has_its_place_once(shop: Shop) -> None:
    """Seven stamps fill the card and four of the next follow: 3 + 7 + 4. Without the seven there is one cookie."""
    card = Card(shop, milestones=COOKIE)
    card.buy("a", 30)
    card.buy("b", 70)
    card.buy("c", 40)
    assert card.stands == (4, 0, ["Cookie", "Coffee", "Cookie"])
    card.give_back("b")
    assert card.stands == (7, 0, ["Cookie"])


def test_what_is_left_of_a_purchase_brings_its_reward_or_not(shop: Shop) -> None:
    card = Card(shop, milestones=COOKIE)
    card.buy("a", 60)
    card.give_back("a", 20)
    assert card.stands == (4, 0, ["Cookie"])
    card.give_back("a", 10)
    assert card.stands == (3, 0, [])


def test_points_that_reach_a_threshold_keep_their_coupon(shop: Shop) -> None:
    card = Card(shop, kind=ProgramKind.POINTS, earn=(SPEND,), milestones=(), rewards=(BUN,))
    for bill, euros in (("a", 30), ("b", 20), ("c", 45)):
        card.buy(bill, euros)
    card.give_back("b")
    assert card.stands == (0, 25, ["Bun"])


def test_what_a_dear_reward_gives_back_buys_cheaper_ones(shop: Shop) -> None:
    """And that is nothing to undo: the return stays."""
    tart = replace(BUN, id="tart", title="Tart", price=80)
    card = Card(shop, kind=ProgramKind.POINTS, earn=(SPEND,), milestones=(), rewards=(tart, BUN))
    card.buy("a", 85)
    assert card.stands == (0, 5, ["Tart"])
    card.give_back("a", 10)
    assert card.stands == (0, 25, ["Bun"])
    with pytest.raises(Refusal, match="nothing_to_undo"):
        card.undo()
    card.give_back("a", 30)
    assert card.stands == (0, 45, [])


def test_a_reward_that_had_to_wait_comes_when_another_is_used(shop: Shop) -> None:
    two_at_most = replace(BUN, max_unredeemed=2)
    card = Card(shop, kind=ProgramKind.POINTS, earn=(SPEND,), milestones=(), rewards=(two_at_most,))
    card.buy("a", 170)
    assert card.stands == (0, 70, ["Bun", "Bun"])
    assert card.use_one().gained == ("Bun",)
    assert card.stands == (0, 20, ["Bun", "Bun"])
    card.undo()
    assert card.stands == (0, 70, ["Bun", "Bun"])
    card.use_one()
    card.use_one()
    assert card.stands == (0, 20, ["Bun"])


def test_an_undone_purchase_leaves_what_other_units_bring(shop: Shop) -> None:
    """A stamp that had to wait begins to count meanwhile, so four are left."""
    later = replace(STAMP_FOR_TEN, pending=timedelta(days=3))
    card = Card(shop, milestones=TEA, earn=(later,))
    card.buy("waits")
    publish_changes(shop, earn=(STAMP_FOR_TEN,))
    adjust(shop.services, shop.request(card.account), Unit.STAMPS, 3, "courtesy")
    card.buy("a")
    shop.clock.pass_by(days=4)
    do_due(shop.services)
    assert card.stands == (1, 0, ["Tea"])
    card.undo()
    assert card.stands == (0, 0, ["Tea"])


@pytest.mark.parametrize("clawback", [Clawback.CLAMP, Clawback.BLOCK])
def test_units_that_still_wait_go_back_whatever_is_done_about_used_ones(
    shop: Shop, clawback: Clawback
) -> None:
    later = replace(SPEND, pending=timedelta(days=3))
    card = Card(shop, kind=ProgramKind.POINTS, milestones=(), earn=(later,), clawback=clawback)
    card.buy("a")
    card.give_back("a")
    shop.clock.pass_by(days=4)
    do_due(shop.services)
    assert card.stands == (0, 0, [])
