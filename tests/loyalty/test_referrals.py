"""Friends who bring friends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from walletpass.loyalty.earn_rules import EarnRule, Period, ReferralEvent, RuleLimit, Side, Trigger
from walletpass.loyalty.referrals import (
    MOST_PER_YEAR,
    DueReward,
    Person,
    ReferralState,
    Rejection,
    events_of_visit,
    find_self_referral,
    list_due,
    list_sides,
)
from walletpass.loyalty.units import Unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOLD = timedelta(days=14)
RULE = EarnRule("friends", Trigger.REFERRAL, Unit.POINTS, 100, hold=HOLD)
ANNA = Person(1, frozenset({b"anna@"}), frozenset({b"phone"}))


@pytest.mark.parametrize(
    ("friend", "why"),
    [
        (Person(2, frozenset({b"bo@"}), frozenset({b"tablet"})), None),
        (Person(2), None),
        (Person(1, frozenset({b"bo@"})), Rejection.SAME_MEMBER),
        (Person(2, frozenset({b"bo@", b"anna@"})), Rejection.SAME_IDENTIFIER),
        (Person(2, frozenset({b"bo@"}), frozenset({b"phone"})), Rejection.SAME_DEVICE),
    ],
)
def test_nobody_brings_themselves(friend: Person, why: Rejection | None) -> None:
    assert find_self_referral(ANNA, friend) == why


@pytest.mark.parametrize(
    ("event", "done", "due"),
    [
        (ReferralEvent.JOINED, frozenset({ReferralEvent.JOINED}), True),
        (ReferralEvent.JOINED, events_of_visit(is_first=True), False),
        (ReferralEvent.FIRST_PAID_VISIT, events_of_visit(is_first=True), True),
        (ReferralEvent.FIRST_PAID_VISIT, events_of_visit(is_first=False), False),
        (ReferralEvent.EVERY_PAID_VISIT, events_of_visit(is_first=True), True),
        (ReferralEvent.EVERY_PAID_VISIT, events_of_visit(is_first=False), True),
    ],
)
def test_a_rule_waits_for_its_event_and_then_for_its_hold(
    event: ReferralEvent, done: frozenset[ReferralEvent], due: bool
) -> None:
    found = list_due([replace(RULE, event=event)], ReferralState.JOINED, done, NOW)
    assert found == ((DueReward("friends", NOW + HOLD),) if due else ())


@pytest.mark.parametrize("state", [ReferralState.CLICKED, ReferralState.REJECTED])
def test_who_only_opened_the_link_or_was_rejected_brings_nothing(state: ReferralState) -> None:
    assert list_due([RULE], state, events_of_visit(is_first=True), NOW) == ()


@pytest.mark.parametrize(
    ("side", "friends", "sides"),
    [
        (Side.BOTH, 0, (Side.REFERRER, Side.REFEREE)),
        (Side.REFERRER, 1, (Side.REFERRER,)),
        (Side.BOTH, 2, (Side.REFEREE,)),
        (Side.REFERRER, 2, ()),
        (Side.REFEREE, 2, (Side.REFEREE,)),
    ],
)
def test_the_yearly_cap_stops_the_referrer_and_not_the_friend(
    side: Side, friends: int, sides: tuple[Side, ...]
) -> None:
    assert list_sides(replace(RULE, side=side, limit=RuleLimit(2, Period.YEAR)), friends) == sides


def test_a_rule_without_a_yearly_limit_has_one() -> None:
    for rule in (RULE, replace(RULE, limit=RuleLimit(1, Period.DAY))):
        assert Side.REFERRER in list_sides(rule, MOST_PER_YEAR - 1)
        assert Side.REFERRER not in list_sides(rule, MOST_PER_YEAR)
