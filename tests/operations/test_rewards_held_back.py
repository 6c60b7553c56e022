"""A reward that had to wait for the place of another comes at once when that one's time is over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.audits import find_breaches
from support.rules import publish_changes
from support.shops import Shop

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.program import Milestone, ProgramKind, ProgramState
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rules.amounts import Price
from walletpass.loyalty.units import Unit
from walletpass.operations.cards.open_page import open_page
from walletpass.operations.customers.merge import merge
from walletpass.operations.delivery.relay import deliver_due
from walletpass.operations.due.do_due import do_due
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.earning.purchase import Purchase, post_purchase
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.posting.outcome import Outcome
from walletpass.operations.programs.state import change_state
from walletpass.store import accounts, rewards

BUN = RewardTemplate(
    "bun", RewardKind.GIFT, "Bun", issue=IssueMode.CONVERT, price=50, valid_days=9, max_unredeemed=1
)
TART = replace(BUN, id="tart", title="Tart", price=30)
COFFEE = RewardTemplate("coffee", RewardKind.GIFT, "Coffee", valid_days=9, max_unredeemed=1)
COOKIE = Milestone(4, "Cookie")
LATER = EarnRule("come", Trigger.AMOUNT, Unit.STAMPS, 6, per_minor=1000, pending=timedelta(days=3))


def open_account(shop: Shop, *templates: RewardTemplate, **rules: Any) -> int:
    publish_changes(shop, kind=ProgramKind.MIXED, rewards=templates, **rules)
    return shop.account_id(shop.join())


def give(shop: Shop, account_id: int, unit: Unit, quantity: int) -> Outcome:
    return adjust(shop.services, shop.request(account_id), unit, quantity, "courtesy")


def wait(shop: Shop, days: int) -> None:
    """With the service awake."""
    shop.clock.pass_by(days=days)
    while do_due(shop.services):
        pass


def look(shop: Shop, account_id: int) -> tuple[int, int, list[str]]:
    """Stamps, points and unused rewards, as they are written and found in order."""
    assert find_breaches(shop) == []
    with shop.services.reading() as tx:
        account = accounts.find_account(tx, account_id)
        held = rewards.list_unused_titles(tx, account_id)
    assert account is not None
    return account.stamps, account.points, [row.title for row in held]


def test_points_bring_the_next_reward_when_one_has_ended(shop: Shop) -> None:
    """Which ends itself, and so on while points last."""
    account_id = open_account(shop, BUN)
    give(shop, account_id, Unit.POINTS, 170)
    assert look(shop, account_id) == (0, 120, ["Bun"])
    wait(shop, days=9)
    assert look(shop, account_id) == (0, 120, ["Bun"])
    for left in (70, 20):
        wait(shop, days=1)
        assert look(shop, account_id) == (0, left, ["Bun"])
        wait(shop, days=9)
    wait(shop, days=1)
    assert look(shop, account_id) == (0, 20, [])


def test_a_full_card_stays_full_until_then(shop: Shop) -> None:
    account_id = open_account(shop, COFFEE, milestones=(COOKIE, Milestone(6, "Coffee", "coffee")))
    give(shop, account_id, Unit.STAMPS, 13)
    assert look(shop, account_id) == (7, 0, ["Cookie", "Coffee", "Cookie"])
    wait(shop, days=10)
    assert look(shop, account_id) == (1, 0, ["Cookie", "Cookie", "Coffee"])


def test_two_that_end_at_the_same_instant_leave_two_places(shop: Shop) -> None:
    account_id = open_account(shop, replace(BUN, max_unredeemed=2))
    give(shop, account_id, Unit.POINTS, 270)
    assert look(shop, account_id) == (0, 170, ["Bun", "Bun"])
    wait(shop, days=10)
    assert look(shop, account_id) == (0, 70, ["Bun", "Bun"])


def test_one_leaves_its_place_to_its_like_only(shop: Shop) -> None:
    account_id = open_account(shop, BUN, replace(TART, valid_days=None))
    give(shop, account_id, Unit.POINTS, 120)
    assert look(shop, account_id) == (0, 40, ["Bun", "Tart"])
    wait(shop, days=10)
    assert look(shop, account_id) == (0, 40, ["Tart"])


def test_one_that_ended_long_ago_leaves_one_place_to_whoever_looks_first(shop: Shop) -> None:
    page_key = shop.join()
    open_account(shop, BUN)
    account_id = shop.account_id(page_key)
    give(shop, account_id, Unit.POINTS, 170)
    shop.clock.pass_by(days=40)
    open_page(shop.services, page_key, "en")
    assert look(shop, account_id) == (0, 70, ["Bun"])
    wait(shop, days=0)
    give(shop, account_id, Unit.STAMPS, 1)
    assert look(shop, account_id) == (1, 70, ["Bun"])


def test_a_member_is_told_of_it_as_of_any_other(shop: Shop) -> None:
    coupon = replace(BUN, kind=RewardKind.PERCENT_COUPON, title="10 % off", percent=10)
    publish_changes(shop, kind=ProgramKind.MIXED, rewards=(coupon,))
    account_id = shop.account_id(shop.join("Anna", "anna@mail.example"))
    give(shop, account_id, Unit.POINTS, 100)
    deliver_due(shop.services)
    shop.mail.letters.clear()
    wait(shop, days=10)
    deliver_due(shop.services)
    assert [subject for _, subject, _ in shop.mail.letters] == ["Corner Coffee: 10 % off is yours"]


def test_what_two_cards_hold_counts_when_they_become_one(shop: Shop) -> None:
    kept, gone = (open_account(shop, BUN) for _ in "ab")
    for account_id in (kept, gone):
        give(shop, account_id, Unit.POINTS, 90)
    merge(shop.services, shop.merchant_id, kept, gone, new_form_key())
    assert look(shop, kept) == (0, 80, ["Bun", "Bun"])
    wait(shop, days=10)
    assert look(shop, kept) == (0, 30, ["Bun"])


def test_while_a_programme_is_paused_none_comes_until_it_goes_on(shop: Shop) -> None:
    account_id = open_account(shop, BUN)
    give(shop, account_id, Unit.POINTS, 170)
    change_state(shop.services, shop.merchant_id, ProgramState.PAUSED)
    wait(shop, days=10)
    wait(shop, days=10)
    assert look(shop, account_id) == (0, 120, [])
    change_state(shop.services, shop.merchant_id, ProgramState.ACTIVE)
    wait(shop, days=1)
    assert look(shop, account_id) == (0, 70, ["Bun"])
    wait(shop, days=1)
    assert look(shop, account_id) == (0, 70, ["Bun"])


@pytest.mark.parametrize("meanwhile", [0, -3])
def test_units_that_begin_to_count_in_a_pause_bring_their_rewards_after_it(
    shop: Shop, meanwhile: int
) -> None:
    """Also that of a place that they have passed; once, though some are taken away and given again meanwhile."""
    account_id = open_account(shop, earn=(LATER,), milestones=(COOKIE, Milestone(10, "Coffee")))
    post_purchase(shop.services, shop.request(account_id), Purchase(Price(1000), "EUR", {}, "a"))
    change_state(shop.services, shop.merchant_id, ProgramState.PAUSED)
    wait(shop, days=4)
    assert look(shop, account_id) == (6, 0, [])
    if meanwhile:
        give(shop, account_id, Unit.STAMPS, meanwhile)
        assert give(shop, account_id, Unit.STAMPS, -meanwhile).gained == ("Cookie",)
    change_state(shop.services, shop.merchant_id, ProgramState.ACTIVE)
    wait(shop, days=1)
    assert look(shop, account_id) == (6, 0, ["Cookie"])
    wait(shop, days=1)
    assert look(shop, account_id) == (6, 0, ["Cookie"])


def test_when_a_programme_has_ended_none_comes(shop: Shop) -> None:
    account_id = open_account(shop, BUN)
    give(shop, account_id, Unit.POINTS, 170)
    change_state(shop.services, shop.merchant_id, ProgramState.ENDED)
    wait(shop, days=10)
    assert look(shop, account_id) == (0, 120, [])
