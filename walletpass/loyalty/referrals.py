"""Friends who bring friends: who counts as one, when that is worth something, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from walletpass.loyalty.earn_rules import EarnRule, Period, ReferralEvent, Side, Trigger

MOST_PER_YEAR = 20
"""Friends for whom one member is rewarded in a calendar year, where the rule has no limit by the year."""


VISIT_EVENTS = frozenset({ReferralEvent.FIRST_PAID_VISIT, ReferralEvent.EVERY_PAID_VISIT})
"""Of a paid visit."""


class ReferralState(StrEnum):
    CLICKED = "clicked"
    """Somebody opened the link."""
    JOINED = "joined"
    QUALIFIED = "qualified"
    """Did what the rule asks for; the hold is running. A visit that is taken back meanwhile leads back to joined."""
    REWARDED = "rewarded"
    REJECTED = "rejected"


class Rejection(StrEnum):
    SAME_MEMBER = "same_member"
    SAME_IDENTIFIER = "same_identifier"
    SAME_DEVICE = "same_device"


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one side. Digests only."""

    member_id: int
    identifiers: frozenset[bytes] = frozenset()
    """E-mail addresses, telephone numbers, cards, verified or not."""
    devices: frozenset[bytes] = frozenset()
    """Hints: browsers in which this member's card was opened."""


@dataclass(frozen=True, slots=True)
class DueReward:
    rule: EarnRule
    due_at: datetime


def find_self_referral(referrer: Person, friend: Person) -> Rejection | None:
    """Why both are one person, if they seem to be."""
    if referrer.member_id == friend.member_id:
        return Rejection.SAME_MEMBER
    if referrer.identifiers & friend.identifiers:
        return Rejection.SAME_IDENTIFIER
    if referrer.devices & friend.devices:
        return Rejection.SAME_DEVICE
    return None


def list_due(
    rules: Iterable[EarnRule],
    state: ReferralState,
    events: frozenset[ReferralEvent],
    now: datetime,
    stood: timedelta | None = None,
) -> tuple[DueReward, ...]:
    """What a referral is going to bring for what the friend has just done: each rule after its own hold.

    `stood`: how long a visit of theirs has stood before, at most; None: there was none.
    """
    if state in (ReferralState.CLICKED, ReferralState.REJECTED):
        return ()
    return tuple(
        DueReward(rule, now + rule.hold)
        for rule in rules
        if rule.trigger is Trigger.REFERRAL and rule.event in events and _is_new(rule, stood)
    )


def rewards_friends(rules: Iterable[EarnRule]) -> bool:
    return any(rule.trigger is Trigger.REFERRAL for rule in rules)


def list_sides(rule: EarnRule) -> tuple[Side, ...]:
    """Who gets it."""
    return (Side.REFERRER, Side.REFEREE) if rule.side is Side.BOTH else (rule.side,)


def is_capped(rule: EarnRule, others_this_year: int) -> bool:
    """Whether a referrer was rewarded for so many other friends this year that this one brings nothing more."""
    yearly = rule.limit is not None and rule.limit.period is Period.YEAR
    most = rule.limit.count if rule.limit and yearly else MOST_PER_YEAR
    return others_this_year >= most


def _is_new(rule: EarnRule, stood: timedelta | None) -> bool:
    """A first visit that was taken back within the hold has brought nothing: the next one is the first."""
    return rule.event is not ReferralEvent.FIRST_PAID_VISIT or stood is None or stood < rule.hold
