"""Friends who bring friends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from walletpass.loyalty.earn_rules import EarnRule, Period, ReferralEvent, RuleLimit, Side, Trigger
from walletpass.loyalty.referrals import (
    MOST_PER_YEAR,
    VISIT_EVENTS,
    DueReward,
    Person,
    ReferralState,
    Rejection,
    find_self_referral,
    is_capped,
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


JOINED, FIRST, EVERY = ReferralEvent.JOINED, ReferralEvent.FIRST_PAID_VISIT, ReferralEvent.EVERY_PAID_VISIT


@pytest.mark.parametrize(
    ("event", "done", "stood", "due"),
    [
        (JOINED, frozenset({JOINED}), None, True),
        (JOINED, VISIT_EVENTS, None, False),
        (FIRST, VISIT_EVENTS, None, True),
        (FIRST, VISIT_EVENTS, timedelta.max, False),
        (FIRST, VISIT_EVENTS, HOLD, False),
        (FIRST, VISIT_EVENTS, HOLD - timedelta(seconds=1), True),
        (EVERY, VISIT_EVENTS, None, True),
        (EVERY, VISIT_EVENTS, timedelta.max, True),
    ],
)
def test_a_rule_waits_for_its_event_and_then_for_its_hold(
    event: ReferralEvent, done: frozenset[ReferralEvent], stood: timedelta | None, due: bool
) -> None:
    """A visit that was taken back within the hold was not the first one."""
    rule = replace(RULE, event=event)
    found = list_due([rule], ReferralState.JOINED, done, NOW, stood)
    assert found == ((DueReward(rule, NOW + HOLD),) if due else ())


@pytest.mark.parametrize("state", [ReferralState.CLICKED, ReferralState.REJECTED])
def test_who_only_opened_the_link_or_was_rejected_brings_nothing(state: ReferralState) -> None:
    assert list_due([RULE], state, VISIT_EVENTS, NOW) == ()


def test_a_rule_says_who_gets_it() -> None:
    assert list_sides(replace(RULE, side=Side.BOTH)) == (Side.REFERRER, Side.REFEREE)
    assert list_sides(replace(RULE, side=Side.REFERRER)) == (Side.REFERRER,)


@pytest.mark.parametrize(
    ("limit", "most"),
    [(RuleLimit(2, Period.YEAR), 2), (None, MOST_PER_YEAR), (RuleLimit(1, Period.DAY), MOST_PER_YEAR)],
)
def test_a_referrer_is_rewarded_for_so_many_friends_a_year(limit: RuleLimit | None, most: int) -> None:
    rule = replace(RULE, limit=limit)
    assert not is_capped(rule, most - 1)
    assert is_capped(rule, most)
