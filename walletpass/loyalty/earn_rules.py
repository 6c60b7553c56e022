"""What earns, and how much: the rules of a program version as a merchant sets them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from walletpass.loyalty.units import Unit


class Trigger(StrEnum):
    VISIT = "visit"
    AMOUNT = "amount"
    ITEM = "item"
    """Items, services or classes, each with units of its own."""
    BOOKING = "booking"
    """An appointment that has taken place, some hours after its end."""
    TIME_MULTIPLIER = "time_multiplier"
    WELCOME = "welcome"
    CHECK_IN = "check_in"
    """The member scans the till's rotating code."""
    SHARE = "share"
    REFERRAL = "referral"
    BIRTHDAY = "birthday"
    LOYAL_TOP = "loyal_top"
    """For the most loyal: given to a list of members."""


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class Side(StrEnum):
    """Of a referral, who gets it."""

    REFERRER = "referrer"
    REFEREE = "referee"
    BOTH = "both"


class ReferralEvent(StrEnum):
    """What the friend has to do."""

    JOINED = "joined"
    FIRST_PAID_VISIT = "first_paid_visit"
    EVERY_PAID_VISIT = "every_paid_visit"


@dataclass(frozen=True, slots=True)
class RuleLimit:
    """A rule gives one member at most so many times in a period."""

    count: int
    period: Period


@dataclass(frozen=True, slots=True)
class Conditions:
    """All must hold; what is empty always does. Times are local to the program's zone."""

    minimum_minor: int = 0
    """Eligible amount, minor units."""
    weekdays: tuple[int, ...] = ()
    """ISO: 1 is Monday."""
    start: time | None = None
    end: time | None = None
    """Exclusive; before `start`, the window runs over midnight."""
    location_ids: tuple[int, ...] = ()
    tiers: tuple[str, ...] = ()
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    """Exclusive."""


@dataclass(frozen=True, slots=True)
class EarnRule:
    """`units` for each visit, item, event; or, by amount, `units` for each `per_minor` spent."""

    id: str
    """Stable over versions; letters, digits, - and _."""
    trigger: Trigger
    unit: Unit
    units: int = 0
    name: str = ""
    """In the sentence of an entry: "Lunch"; empty: the trigger's own words."""
    per_minor: int = 0
    carry: bool = False
    """By amount: what is left under one step counts for the next time."""
    items: Mapping[str, int] = field(default_factory=dict)
    """Item or service -> units."""
    factor: int = 100
    """Of a multiplier, in per cent."""
    reward: str = ""
    """Id of a reward template that is given instead of units or beside them."""
    conditions: Conditions = Conditions()
    priority: int = 0
    """Higher goes first among exclusive ones."""
    exclusive: bool = False
    """Of the exclusive ones that apply, the one with the highest priority stands alone; so among multipliers."""
    limit: RuleLimit | None = None
    delay: timedelta = timedelta(0)
    """After a booking's end."""
    side: Side = Side.BOTH
    event: ReferralEvent = ReferralEvent.FIRST_PAID_VISIT
    hold: timedelta = timedelta(0)
    """Of a referral, between event and credit."""
    pending: timedelta = timedelta(0)
    """Units can be used only so long after they were earned."""
