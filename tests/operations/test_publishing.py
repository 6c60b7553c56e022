"""Publishing rules: what is refused, and which cards follow."""

from dataclasses import replace

import pytest
from support.audits import find_breaches
from support.crowds import card_of, count_stale, publish_design
from support.shops import Shop

from walletpass.card.card import Progress
from walletpass.loyalty.earn_rules import Conditions, EarnRule, Trigger
from walletpass.loyalty.program import (
    Asks,
    Migration,
    Milestone,
    Program,
    ProgramKind,
    ProgramState,
    can_earn,
    can_join,
    can_redeem,
)
from walletpass.loyalty.program_problems import BadProgram
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.adjust import adjust
from walletpass.operations.programs.check import CURRENCIES, check_document
from walletpass.operations.programs.publish import publish, publish_document, publish_rules
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.programs.state import change_state
from walletpass.operations.rewards.redeem import redeem
from walletpass.store import accounts, merchants
from walletpass.translations import translator

EIGHT = (Milestone(8, "Tea"),)
ALL, PROMISE = Migration.MOVE_ALL, Migration.KEEP_PROMISE


def publish_next(shop: Shop, migration: Migration = ALL, **changes: object) -> int:
    rules = get_rules(shop.services, shop.merchant_id)
    return publish(
        shop.services, shop.merchant_id, rules.number, replace(rules.program, **changes), migration
    )


def number_of(shop: Shop, account_id: int) -> int:
    """Of the version that a card shows."""
    with shop.services.reading() as tx:
        shown = accounts.find_account(tx, account_id).program_version_id
        versions = merchants.program_versions.c
        return int(tx.execute(versions.number.table.select().where(versions.id == shown)).one().number)


def problems_of(shop: Shop, **changes: object) -> list[str]:
    with pytest.raises(BadProgram) as refused:
        publish_next(shop, **changes)
    return [translator("en").say(problem) for problem in refused.value.problems]


def test_a_version_is_published_with_all_that_its_program_says(shop: Shop) -> None:
    rule = EarnRule("lunch", Trigger.TIME_MULTIPLIER, Unit.STAMPS, factor=200)
    assert publish_next(shop, milestones=EIGHT, earn=(rule,), currency="NOK") == 2
    rules = get_rules(shop.services, shop.merchant_id)
    assert (rules.number, rules.program.milestones, rules.program.earn) == (2, EIGHT, (rule,))
    assert rules.program.currency == "NOK"


def test_what_somebody_else_published_meanwhile_is_not_overwritten(shop: Shop) -> None:
    program = get_rules(shop.services, shop.merchant_id).program
    publish_next(shop)
    with pytest.raises(Refusal, match="stale_page"):
        publish(shop.services, shop.merchant_id, 1, program)


def test_the_page_of_rewards_keeps_what_it_does_not_show(shop: Shop) -> None:
    """A milestone that stays keeps its template; one that was changed is a gift of its new name."""
    five_off = RewardTemplate("five", RewardKind.AMOUNT_COUPON, "€5 off", amount_minor=500)
    given = (Milestone(5, "€5 off", "five"), Milestone(10, "Tea", "five"))
    publish_next(shop, milestones=given, rewards=(five_off,))
    shown = (Milestone(5, "€5 off"), Milestone(9, "Tea"))
    publish_rules(shop.services, shop.merchant_id, 2, shown, Asks())
    program = get_rules(shop.services, shop.merchant_id).program
    assert program.milestones == (given[0], shown[1])
    assert program.rewards == (five_off,)


def test_every_problem_is_refused_at_once_and_nothing_is_stored(shop: Shop) -> None:
    rule = EarnRule("a b", Trigger.VISIT, Unit.POINTS, conditions=Conditions(location_ids=(99,)))
    problems = problems_of(shop, earn=(rule,), currency="XYZ")
    assert len(problems) == 5
    assert "Earn rule “a b”: “location_ids” names “99”, which does not exist." in problems
    assert get_rules(shop.services, shop.merchant_id).number == 1


def test_a_file_is_told_also_what_contradicts_the_present_rules(shop: Shop) -> None:
    """Together with what cannot be read and what makes no sense."""
    shop.join()
    rule = {"id": "a", "trigger": "vist", "unit": "points", "conditions": {"location_ids": [99]}}
    document = {"zone": "UTC", "kind": "points", "currency": "GBP", "grace_days": 999, "earn": [rule]}
    with pytest.raises(BadProgram) as refused:
        publish_document(shop.services, shop.merchant_id, 1, document, ALL)
    assert [translator("en").say(problem) for problem in refused.value.problems] == [
        "earn[1].trigger: “vist” is not one of visit, amount, item, booking, time_multiplier, welcome, check_in, "
        "share, referral, birthday, loyal_top.",
        "Earn rule “a”: “location_ids” names “99”, which does not exist.",
        "“grace_days” must be from 0 to 366.",
        "Customers hold stamps of this programme: it must keep them.",
        "The currency stays EUR: customers have joined.",
    ]
    assert get_rules(shop.services, shop.merchant_id).number == 1


@pytest.mark.parametrize("broken", [{"kind": "beans"}, {"currency": 978}])
def test_what_cannot_be_read_contradicts_nothing(shop: Shop, broken: dict[str, object]) -> None:
    shop.join()
    document = {"zone": "UTC", "milestones": [{"at": 8, "reward": "Tea"}], **broken}
    with pytest.raises(BadProgram) as refused:
        publish_document(shop.services, shop.merchant_id, 1, document, ALL)
    assert len(refused.value.problems) == 1


def test_what_customers_hold_is_kept_by_the_next_rules(shop: Shop) -> None:
    """Before anybody joined, everything may change."""
    publish_next(shop, kind=ProgramKind.POINTS, milestones=(), currency="NOK")
    publish_next(shop, kind=ProgramKind.STAMPS, milestones=EIGHT)
    shop.join()
    assert problems_of(shop, kind=ProgramKind.POINTS, milestones=(), currency="EUR") == [
        "Customers hold stamps of this programme: it must keep them.",
        "The currency stays NOK: customers have joined.",
    ]
    assert publish_next(shop, kind=ProgramKind.MIXED) == 4


THREE = (Milestone(3, "Cookie"),)


def test_a_smaller_card_gives_what_is_on_it_when_the_card_moves(shop: Shop) -> None:
    """Seven stamps fill a card of three twice: nobody has to come for it, and no phone shows seven of three."""
    account_id = shop.account_id(shop.join())
    adjust(shop.services, shop.request(account_id), Unit.STAMPS, 7, "correction")
    publish_next(shop, milestones=THREE)
    shop.roll_out()
    card = card_of(shop, account_id).card
    assert (card.progress.count, card.missing) == (1, "2 to go")
    assert [ready.title for ready in card.ready] == ["Cookie", "Cookie"]
    assert find_breaches(shop) == []


def test_points_turn_into_the_rewards_of_newer_rules_when_the_card_moves(shop: Shop) -> None:
    publish_next(shop, kind=ProgramKind.MIXED)
    account_id = shop.account_id(shop.join())
    adjust(shop.services, shop.request(account_id), Unit.POINTS, 250, "correction")
    tea = RewardTemplate("tea", RewardKind.GIFT, "Tea", issue=IssueMode.CONVERT, price=100)
    publish_next(shop, rewards=(tea,))
    shop.roll_out()
    assert [ready.title for ready in card_of(shop, account_id).card.ready] == ["Tea", "Tea"]


def test_a_promise_is_kept_to_cards_in_progress_and_to_no_others(shop: Shop) -> None:
    begun, empty = (shop.account_id(shop.join()) for _ in range(2))
    shop.stamp(begun, 3)
    publish_next(shop, PROMISE, milestones=EIGHT)
    shop.roll_out()
    assert (number_of(shop, begun), number_of(shop, empty)) == (1, 2)
    shop.clock.pass_by(minutes=1)
    assert shop.stamp(begun).goal == 10
    assert number_of(shop, shop.account_id(shop.join())) == 2


def test_a_promise_has_been_kept_when_the_card_is_full(shop: Shop) -> None:
    """What is left over begins a card by the newest rules."""
    account_id = shop.account_id(shop.join())
    for _ in range(3):
        shop.stamp(account_id, 3)
        shop.clock.pass_by(days=1)
    publish_next(shop, PROMISE, milestones=EIGHT)
    assert [ready.title for ready in shop.stamp(account_id, 3).ready] == ["Free coffee"]
    assert number_of(shop, account_id) == 2
    assert card_of(shop, account_id).card.progress == Progress(2, 8, (8,))
    shop.clock.pass_by(days=1)
    assert shop.stamp(account_id).goal == 8


def test_a_promise_outlives_changes_that_are_not_about_rules(shop: Shop) -> None:
    begun = shop.account_id(shop.join())
    shop.stamp(begun, 3)
    publish_next(shop, PROMISE, milestones=EIGHT)
    publish_design(shop, "Another name")
    shop.roll_out()
    assert card_of(shop, begun).card.version == 3
    assert count_stale(shop) == 0
    assert number_of(shop, begun) == 1


def test_rules_for_all_end_every_promise(shop: Shop) -> None:
    begun = shop.account_id(shop.join())
    shop.stamp(begun, 3)
    publish_next(shop, PROMISE, milestones=EIGHT)
    publish_next(shop, ALL, milestones=(Milestone(6, "Cake"),))
    shop.roll_out()
    assert number_of(shop, begun) == 3


def test_rules_for_all_are_a_promise_from_then_on(shop: Shop) -> None:
    """Whether or not anything happened to the card before the next ones were published."""
    begun = shop.account_id(shop.join())
    shop.stamp(begun, 3)
    publish_next(shop, ALL, milestones=(Milestone(6, "Cake"),))
    publish_next(shop, PROMISE, milestones=EIGHT)
    shop.clock.pass_by(minutes=1)
    assert shop.stamp(begun).goal == 6


def set_state(shop: Shop, state: ProgramState) -> None:
    change_state(shop.services, shop.merchant_id, state)


def test_while_a_programme_is_paused_nothing_is_earned_and_what_is_there_can_be_used(shop: Shop) -> None:
    publish_next(shop, milestones=(Milestone(1, "Tea"),))
    account_id = shop.account_id(shop.join())
    (reward,) = shop.stamp(account_id).ready
    set_state(shop, ProgramState.PAUSED)
    shop.clock.pass_by(minutes=1)
    with pytest.raises(Refusal, match="program_paused"):
        shop.stamp(account_id)
    with pytest.raises(Refusal, match="program_closed"):
        shop.join()
    assert redeem(shop.services, shop.request(account_id), reward.id).ready == ()
    set_state(shop, ProgramState.ACTIVE)
    assert shop.stamp(account_id).added == 1


def test_when_a_programme_has_ended_nothing_is_used_either(shop: Shop) -> None:
    publish_next(shop, milestones=(Milestone(1, "Tea"),))
    account_id = shop.account_id(shop.join())
    (reward,) = shop.stamp(account_id).ready
    set_state(shop, ProgramState.ENDED)
    with pytest.raises(Refusal, match="program_ended"):
        redeem(shop.services, shop.request(account_id), reward.id)
    with pytest.raises(Refusal, match="program_ended"):
        set_state(shop, ProgramState.ACTIVE)


@pytest.mark.parametrize(
    ("state", "join", "earn", "redeem"),
    [
        (ProgramState.DRAFT, False, False, False),
        (ProgramState.ACTIVE, True, True, True),
        (ProgramState.PAUSED, False, False, True),
        (ProgramState.ENDED, False, False, False),
    ],
)
def test_a_state_says_what_can_be_done(state: ProgramState, join: bool, earn: bool, redeem: bool) -> None:
    assert (can_join(state), can_earn(state), can_redeem(state)) == (join, earn, redeem)


@pytest.mark.parametrize(
    ("code", "known"), [("EUR", True), ("HUF", True), ("DEM", False), ("XXX", False), ("", False)]
)
def test_currencies_are_those_that_are_money_today(code: str, known: bool) -> None:
    assert (code in CURRENCIES) == known


def test_a_file_is_told_what_cannot_be_read_and_what_makes_no_sense_together() -> None:
    with pytest.raises(BadProgram) as refused:
        check_document({"zone": "Nowhere", "currency": "XYZ", "milestones": []})
    assert len(refused.value.problems) == 3
    sound = {"zone": "UTC", "milestones": [{"at": 8, "reward": "Tea"}]}
    assert isinstance(check_document(sound), Program)
