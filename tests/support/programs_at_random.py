"""Programs that can be published, for Hypothesis."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.earn_rules import (
    Conditions,
    EarnRule,
    Period,
    ReferralEvent,
    RuleLimit,
    Side,
    Trigger,
)
from walletpass.loyalty.expiry_policy import Duration, ExpiryKind, ExpiryPolicy, Span
from walletpass.loyalty.program import Asks, Clawback, Limits, Milestone, Program, ProgramKind, units_of
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.tier_rules import Measure, TierPlan, TierRule, Window
from walletpass.loyalty.units import Unit, UnitName

_ids = st.text("abcXYZ019-_", min_size=1, max_size=12)
_words = st.text("abc ÆØÅőű“%(", min_size=1, max_size=20).filter(str.strip)
_amounts = st.integers(1, 2**31 - 1)
_zones = st.sampled_from(["UTC", "Europe/Amsterdam", "Africa/Casablanca", "America/Santiago"]).map(ZoneInfo)
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_instants = st.integers(0, 10_000_000).map(lambda minutes: _FIRST + timedelta(minutes=minutes))
_hours = st.integers(0, 365 * 24).map(lambda n: timedelta(hours=n))
_USES = {
    Trigger.VISIT: {"units": st.integers(1, 100)},
    Trigger.AMOUNT: {"units": st.integers(1, 100), "per_minor": _amounts, "carry": st.booleans()},
    Trigger.ITEM: {"items": st.dictionaries(_words, st.integers(1, 100), min_size=1, max_size=3)},
    Trigger.BOOKING: {"units": st.integers(1, 100), "delay": st.timedeltas(timedelta(0), timedelta(days=30))},
    Trigger.TIME_MULTIPLIER: {"factor": st.integers(101, 500)},
    Trigger.REFERRAL: {
        "units": st.integers(1, 100),
        "side": st.sampled_from(Side),
        "event": st.sampled_from(ReferralEvent),
        "hold": _hours,
        "pending": _hours,
    },
}
_WORTHS = {
    RewardKind.PERCENT_COUPON: {"percent": st.integers(1, 100), "code_prefix": st.text("ABC123", max_size=8)},
    RewardKind.AMOUNT_COUPON: {"amount_minor": _amounts, "minimum_minor": _amounts},
    RewardKind.GIFT_CARD: {"amount_minor": _amounts, "transferable": st.booleans()},
    RewardKind.ACCESS: {"text": _words},
    RewardKind.BONUS_UNITS: {"quantity": st.integers(1, 100)},
}


@st.composite
def programs(draw: st.DrawFn) -> Program:
    kind = draw(st.sampled_from(ProgramKind))
    templates = draw(st.lists(_templates(kind), max_size=3, unique_by=lambda template: template.id))
    tiers = draw(_tiers([template.id for template in templates]))
    rules = st.lists(_rules(kind, tiers), max_size=3, unique_by=lambda rule: rule.id)
    return Program(
        draw(_milestones(kind)),
        draw(_zones),
        draw(_limits()),
        Asks(*draw(st.tuples(*[st.sampled_from([None, False, True])] * 4))),
        kind,
        draw(st.sampled_from(["EUR", "NOK", "HUF", "JPY"])),
        draw(_unit_names()),
        tuple(draw(rules)),
        tuple(templates),
        draw(_policies()),
        draw(st.sampled_from(Clawback)),
        draw(st.integers(500, 10_000)),
        tiers,
        earns_on_rewarded_part=draw(st.booleans()),
        grace_days=draw(st.integers(0, 366)),
    )


@st.composite
def _milestones(draw: st.DrawFn, kind: ProgramKind) -> tuple[Milestone, ...]:
    if kind is ProgramKind.POINTS:
        return ()
    places = draw(st.sets(st.integers(1, 30), min_size=1, max_size=4))
    return tuple(Milestone(at, draw(_words)) for at in sorted(places))


@st.composite
def _rules(draw: st.DrawFn, kind: ProgramKind, plan: TierPlan) -> EarnRule:
    trigger = draw(st.sampled_from(Trigger))
    given = draw(st.fixed_dictionaries(_USES.get(trigger, _USES[Trigger.VISIT])))
    rule = EarnRule(
        draw(_ids),
        trigger,
        draw(st.sampled_from(sorted(units_of(kind)))),
        name=draw(_words),
        priority=draw(st.integers(-1000, 1000)),
        limit=draw(st.none() | st.builds(RuleLimit, st.integers(1, 10), st.sampled_from(Period))),
        conditions=draw(_conditions([tier.id for tier in plan.tiers])),
        **given,
    )
    return replace(rule, delay=timedelta(seconds=rule.delay // timedelta(seconds=1)))


@st.composite
def _conditions(draw: st.DrawFn, tiers: list[str]) -> Conditions:
    begins_at = draw(st.none() | _instants)
    span = draw(st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=900)))
    start = draw(st.none() | st.builds(time, st.integers(0, 11), st.integers(0, 59)))
    end = draw(st.none() | st.builds(time, st.integers(12, 23), st.integers(0, 59), st.integers(0, 59)))
    return Conditions(
        weekdays=tuple(draw(st.sets(st.integers(1, 7)))),
        start=start,
        end=end,
        tiers=tuple(draw(st.sets(st.sampled_from(tiers)))) if tiers else (),
        begins_at=begins_at,
        ends_at=begins_at + span if begins_at and span else None,
    )


@st.composite
def _templates(draw: st.DrawFn, kind: ProgramKind) -> RewardTemplate:
    reward_kind = draw(st.sampled_from(RewardKind))
    template = RewardTemplate(
        draw(_ids),
        reward_kind,
        draw(_words),
        unit=draw(st.sampled_from(sorted(units_of(kind)))),
        valid_days=draw(st.none() | st.integers(1, 3660)),
        stock=draw(st.none() | st.integers(1, 1000)),
        per_member=draw(st.none() | st.integers(1, 10)),
        **draw(st.fixed_dictionaries(_WORTHS.get(reward_kind, {}))),
    )
    if Unit.POINTS not in units_of(kind) or reward_kind is RewardKind.BONUS_UNITS or draw(st.booleans()):
        return template
    issue = draw(st.sampled_from([IssueMode.CONVERT, IssueMode.CHOOSE]))
    return replace(template, unit=Unit.POINTS, issue=issue, price=draw(st.integers(1, 1_000_000)))


@st.composite
def _tiers(draw: st.DrawFn, templates: list[str]) -> TierPlan:
    names = draw(st.lists(_ids, max_size=3, unique=True))
    steps = draw(st.lists(st.integers(1, 1000), min_size=len(names), max_size=len(names)))
    reward = st.sampled_from(["", *templates])
    tiers = [
        TierRule(
            name,
            draw(_words),
            sum(steps[: place + 1]),
            factor=draw(st.integers(100, 500)),
            reward=draw(reward),
        )
        for place, name in enumerate(names)
    ]
    return TierPlan(tuple(tiers), draw(st.sampled_from(Measure)), draw(st.sampled_from(Window)))


@st.composite
def _policies(draw: st.DrawFn) -> ExpiryPolicy:
    kind = draw(st.sampled_from(ExpiryKind))
    duration = Duration(draw(st.integers(3, 36)), draw(st.integers(0, 40)))
    warnings = draw(st.lists(st.builds(Duration, st.just(0), st.integers(1, 60)), max_size=4, unique=True))
    match kind:
        case ExpiryKind.NEVER:
            return ExpiryPolicy()
        case ExpiryKind.FIXED_DATE:
            return ExpiryPolicy(kind, on=draw(st.dates(date(2020, 1, 1), date(2040, 1, 1))))
        case ExpiryKind.END_OF_PERIOD:
            return ExpiryPolicy(kind, duration, draw(st.sampled_from(Span)), warnings=tuple(warnings))
        case ExpiryKind.FIRST_OF:
            return ExpiryPolicy(kind, duration, at_most=Duration(draw(st.integers(38, 100))))
    return ExpiryPolicy(kind, duration, warnings=tuple(warnings))


@st.composite
def _limits(draw: st.DrawFn) -> Limits:
    per_scan = draw(st.integers(1, 100))
    return Limits(
        draw(st.integers(0, 60)), draw(st.integers(0, 600)), per_scan, per_scan + draw(st.integers(0, 9))
    )


def _unit_names() -> st.SearchStrategy[dict[Unit, dict[str, UnitName]]]:
    names = st.builds(UnitName, _words, _words)
    by_language = st.dictionaries(st.sampled_from(LANGUAGES), names, max_size=3)
    return st.dictionaries(st.sampled_from(Unit), by_language, max_size=2)
