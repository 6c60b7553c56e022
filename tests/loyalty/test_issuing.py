"""Which rewards an account gets."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program import Milestone
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.issuing import (
    MOST_AT_ONCE,
    Given,
    Issue,
    Shelf,
    choose,
    convert,
    end_of_validity,
    give,
    issue_milestones,
    sum_bonus,
)
from walletpass.loyalty.units import Unit, UnitName
from walletpass.translations import translator

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EIGHT = (Milestone(4, "5 off"), Milestone(8, "Free starter"))
COUPON = RewardTemplate(
    "ten", RewardKind.PERCENT_COUPON, "10 % off", issue=IssueMode.CONVERT, price=5000, percent=10
)
MUG = RewardTemplate("mug", RewardKind.GIFT, "Mug", issue=IssueMode.CHOOSE, price=300)


def shelf(*templates: RewardTemplate, **given: Given) -> Shelf:
    return Shelf(templates, AMSTERDAM, given)


def limited(**limits: int) -> RewardTemplate:
    return RewardTemplate("starter", RewardKind.GIFT, "Starter", price=5000, **limits)


def titles(issue: Issue) -> list[str]:
    return [grant.template.title for grant in issue.grants]


def why(issue: Issue) -> list[str]:
    return [refusal.code for refusal in issue.withheld]


@pytest.mark.parametrize(
    ("before", "after", "rewards", "on_the_card"),
    [
        (7, 10, ["Free starter"], 2),  # loyalty reference 3.11, row 6
        (3, 9, ["5 off", "Free starter"], 1),  # row 7
        (0, 1, [], 1),
        (3, 4, ["5 off"], 4),
        (0, 20, ["5 off", "Free starter", "5 off", "Free starter", "5 off"], 4),
        (11, 12, ["Free starter", "5 off"], 4),  # the rules made the card smaller
        (8, 8, ["Free starter"], 0),  # its reward was withheld before
    ],
)
def test_every_milestone_passed_gives_its_reward_and_the_rest_goes_to_the_next_card(
    before: int, after: int, rewards: list[str], on_the_card: int
) -> None:
    issue = issue_milestones(shelf(), EIGHT, before, after, NOW)
    assert titles(issue) == rewards
    assert issue.balance == on_the_card


def test_a_place_that_was_passed_gives_again_on_the_next_card_only() -> None:
    """The last place always gives: the card is paid for it."""
    issue = issue_milestones(shelf(), EIGHT, 3, 20, NOW, {4, 8})
    assert titles(issue) == ["Free starter", "5 off", "Free starter", "5 off"]
    assert issue.balance == 4


@given(st.sets(st.integers(1, 30), min_size=1, max_size=5), st.integers(0, 60), st.integers(0, 40))
def test_stamps_and_lines_always_add_up(places: set[int], before: int, adding: int) -> None:
    """Nothing is lost and nothing appears; each full card pays for the reward at its end."""
    milestones = [Milestone(at, f"reward {at}") for at in sorted(places)]
    issue = issue_milestones(shelf(), milestones, before, before + adding, NOW)
    assert before + adding + sum(line.quantity for line in issue.lines) == issue.balance
    assert [grant.milestone for grant in issue.grants if grant.cost] == [max(places)] * len(issue.lines)
    assert issue.balance < max(places) or len(issue.grants) == MOST_AT_ONCE


@given(st.sets(st.integers(1, 30), min_size=2, max_size=5), st.integers(0, 29), st.integers(0, 40), st.data())
def test_stamps_that_are_a_reward_count_like_others(
    places: set[int], before: int, adding: int, data: st.DataObject
) -> None:
    """A card gives as if it had been stamped for them, and they add up."""
    goal = max(places)
    more = RewardTemplate(
        "more",
        RewardKind.BONUS_UNITS,
        "More",
        unit=Unit.STAMPS,
        quantity=data.draw(st.integers(1, max(1, goal - 1))),
    )
    giving = data.draw(st.sampled_from(sorted(places)))
    milestones = [Milestone(at, f"reward {at}", "more" if at == giving else "") for at in sorted(places)]
    before = min(before, goal - 1)
    issue = issue_milestones(shelf(more), milestones, before, before + adding, NOW)
    given = sum_bonus(issue.grants, Unit.STAMPS)
    assert before + adding + given + sum(line.quantity for line in issue.lines) == issue.balance
    if len(issue.grants) < MOST_AT_ONCE:
        stamped = issue_milestones(
            shelf(),
            [Milestone(at, f"reward {at}") for at in sorted(places)],
            before,
            before + adding + given,
            NOW,
        )
        assert Counter(g.milestone for g in issue.grants) == Counter(g.milestone for g in stamped.grants)
        assert issue.balance == stamped.balance < goal


def test_a_milestone_gives_what_its_template_says() -> None:
    template = RewardTemplate("starter", RewardKind.CUSTOM, "Starter of your choice", valid_days=3)
    issue = issue_milestones(shelf(template), (Milestone(5, "Starter", "starter"),), 4, 5, NOW)
    (grant,) = issue.grants
    assert (grant.template, grant.milestone) == (template, 5)
    assert grant.valid_to == datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("limits", "given", "code"),
    [
        ({"stock": 7}, Given(in_all=7), "reward_out_of_stock"),
        ({"per_member": 2}, Given(to_member=2), "reward_taken"),
        ({"max_unredeemed": 1}, Given(unused=1), "use_rewards_first"),
    ],
)
def test_beyond_a_limit_none_is_given_and_the_units_stay(
    limits: dict[str, int], given: Given, code: str
) -> None:
    """The card stays full until the reward may be given; then the next posting gives it."""
    template = limited(**limits)
    card = (Milestone(2, "Bun"), Milestone(8, "Starter", "starter"))
    issue = issue_milestones(shelf(template, starter=given), card, 6, 9, NOW)
    assert (titles(issue), issue.lines, issue.balance, why(issue)) == ([], (), 9, [code])
    later = issue_milestones(shelf(template), card, issue.balance, 10, NOW)
    assert (titles(later), later.balance) == (["Starter", "Bun"], 2)


@pytest.mark.parametrize("limit", ["stock", "per_member", "max_unredeemed"])
def test_a_limit_counts_what_the_same_decision_gives(limit: str) -> None:
    card = (Milestone(2, "Starter", "starter"),)
    issue = issue_milestones(shelf(limited(**{limit: 3})), card, 0, 11, NOW)
    assert (len(issue.grants), issue.balance, len(issue.withheld)) == (3, 5, 1)


@pytest.mark.parametrize("limit", ["stock", "per_member", "max_unredeemed"])
def test_a_limit_counts_what_the_same_posting_gave_for_another_reason(limit: str) -> None:
    """A milestone and a rule may name the same reward."""
    rules = shelf(limited(**{limit: 2}), starter=Given(1, 1, 1))
    first = issue_milestones(rules, (Milestone(2, "Starter", "starter"),), 1, 2, NOW)
    assert titles(first) == ["Starter"]
    assert give(rules.after(first.grants), ["starter"], NOW).grants == ()


@pytest.mark.parametrize(
    ("points", "coupons", "left"),
    [(5000, 1, 0), (12_500, 2, 2500), (4999, 0, 4999)],  # loyalty reference 3.11, rows 1 and 3
)
def test_points_turn_into_coupons_as_often_as_they_reach_the_price(
    points: int, coupons: int, left: int
) -> None:
    issue = convert(shelf(COUPON), Unit.POINTS, points, NOW)
    assert titles(issue) == ["10 % off"] * coupons
    assert issue.balance == left
    assert [(line.kind, line.quantity, line.unit) for line in issue.lines] == (
        [(EntryKind.CONVERT, -5000, Unit.POINTS)] * coupons
    )


def test_only_units_of_the_price_are_turned_and_only_where_that_happens_by_itself() -> None:
    assert convert(shelf(COUPON), Unit.STAMPS, 9000, NOW).grants == ()
    assert convert(shelf(MUG), Unit.POINTS, 9000, NOW).grants == ()


def test_an_absurd_balance_is_turned_bit_by_bit() -> None:
    issue = convert(shelf(COUPON), Unit.POINTS, 10**12, NOW)
    assert len(issue.grants) == MOST_AT_ONCE
    assert issue.balance == 10**12 - MOST_AT_ONCE * 5000


def test_a_member_pays_the_price_of_what_they_choose() -> None:
    issue = choose(shelf(COUPON, MUG), "mug", 350, NOW)
    assert (titles(issue), issue.balance) == (["Mug"], 50)
    (line,) = issue.lines
    assert (line.kind, line.quantity) == (EntryKind.REDEEM, -300)
    assert line.breakdown == {"template": "mug", "price": 300}


@pytest.mark.parametrize(
    ("template_id", "balance", "given", "code"),
    [
        ("mug", 299, Given(), "not_enough_units"),
        ("ten", 9000, Given(), "not_for_choosing"),
        ("hat", 9000, Given(), "unknown_reward"),
        ("pin", 9000, Given(in_all=1), "reward_out_of_stock"),
    ],
)
def test_what_cannot_be_chosen_is_refused(template_id: str, balance: int, given: Given, code: str) -> None:
    pin = RewardTemplate("pin", RewardKind.GIFT, "Pin", issue=IssueMode.CHOOSE, price=1, stock=1)
    with pytest.raises(Refusal) as caught:
        choose(shelf(COUPON, MUG, pin, pin=given), template_id, balance, NOW)
    assert caught.value.code == code


def test_who_has_too_little_reads_so_in_the_shops_own_words() -> None:
    names = {Unit.POINTS: {"en": UnitName("bean", "beans")}}
    with pytest.raises(Refusal) as caught:
        choose(replace(shelf(MUG), unit_names=names), "mug", 299, NOW)
    said = translator("en").say(caught.value.sentence)
    assert said == "This reward takes 300 beans; the card has 299 beans."


def test_a_reward_given_for_something_else_costs_nothing() -> None:
    """A rule or a tier may name a template that a later version no longer has."""
    issue = give(shelf(MUG), ["mug", "gone"], NOW)
    assert (titles(issue), issue.lines) == (["Mug"], ())


@pytest.mark.parametrize(
    ("issued", "days", "gone"),
    [
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 1, datetime(2026, 10, 25, 23, tzinfo=UTC)),  # a day of 25 h
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 0, datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (datetime(2026, 3, 27, 23, 30, tzinfo=UTC), 1, datetime(2026, 3, 29, 22, tzinfo=UTC)),  # of 23 h
    ],
)
def test_a_reward_is_valid_through_the_end_of_its_last_local_day(
    issued: datetime, days: int, gone: datetime
) -> None:
    template = RewardTemplate("x", RewardKind.GIFT, "X", valid_days=days)
    assert end_of_validity(template, AMSTERDAM, issued) == gone


def test_a_reward_without_a_limit_in_time_is_always_valid() -> None:
    assert end_of_validity(MUG, AMSTERDAM, NOW) is None
