"""What is wrong with expiry, tiers, limits and what holds for the whole programme."""

from collections.abc import Container, Iterator, Mapping
from itertools import pairwise

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.durations import spell_duration
from walletpass.loyalty.expiry_policy import WARNINGS, Duration, ExpiryKind, ExpiryPolicy
from walletpass.loyalty.program import Limits, Program
from walletpass.loyalty.program_problems.checks import (
    LONGEST_TEXT,
    MOST_DAYS,
    MOST_MINOR,
    MOST_PERCENT,
    about,
    as_far_as_read,
    check_count,
    check_id,
    check_named,
    check_number,
    check_numbers,
    check_repeats,
    check_reward,
    check_text,
    check_texts,
    check_uses,
    find_most_factor,
    shown,
)
from walletpass.loyalty.tier_rules import TierPlan, TierRule
from walletpass.loyalty.units import UnitName
from walletpass.loyalty.wording import Sentence, sentence

MOST_TIERS = 20
MOST_WARNINGS = 12
_LONGEST_UNIT = 20
_MOST_MONTHS = 1200
_HOUR, _DAY, _YEAR_OF_DAYS = 3600, 86_400, 366
_MOST_OFTEN = 1_000_000

_NEEDS: Mapping[ExpiryKind, tuple[str, ...]] = {
    ExpiryKind.FIXED_DURATION: ("duration",),
    ExpiryKind.FIXED_DATE: ("on",),
    ExpiryKind.ROLLING_ON_EARN: ("duration",),
    ExpiryKind.ROLLING_ON_ACTIVITY: ("duration",),
    ExpiryKind.FIRST_OF: ("duration",),
}
_USES: Mapping[ExpiryKind, tuple[str, ...]] = {
    ExpiryKind.NEVER: (),
    ExpiryKind.END_OF_PERIOD: ("duration", "span", "warnings"),
    ExpiryKind.FIRST_OF: ("at_most", "warnings"),
}
_ALL_USE = ("warnings",)
_JUDGED = ("duration", "span", "on", "at_most", "warnings")
_LIMITS = {
    "repeat_window": (0, _HOUR),
    "cool_down": (0, _DAY),
    "most_per_scan": (1, _MOST_OFTEN),
    "most_per_day": (1, _MOST_OFTEN),
    "undo_window": (0, _DAY),
    "per_card_per_minute": (1, _MOST_OFTEN),
    "per_shop_per_minute": (0, _MOST_OFTEN),
    "most_stamps_alone": (0, _MOST_OFTEN),
    "most_points_alone": (0, _MOST_OFTEN),
}


@as_far_as_read
def find_plan_problems(program: Program, currencies: Container[str]) -> Iterator[Sentence]:
    yield from _check_currency(program, currencies)
    yield from check_numbers(
        program, {"multiplier_ceiling": (100, MOST_PERCENT), "grace_days": (0, _YEAR_OF_DAYS)}
    )
    yield from _check_gift_cards(program)
    yield from about(sentence("Names of units"), _check_unit_names(program))
    yield from about(sentence("Expiry"), _check_expiry(program.expiry))
    yield from _check_tiers(program, program.tier_plan)
    yield from about(sentence("Limits"), _check_limits(program.limits))


@as_far_as_read
def _check_currency(program: Program, currencies: Container[str]) -> Iterator[Sentence]:
    if program.currency not in currencies:
        yield sentence("“%(currency)s” is not a currency such as EUR.", currency=program.currency)


@as_far_as_read
def _check_gift_cards(program: Program) -> Iterator[Sentence]:
    if program.earns_on_gift_cards and program.earns_on_rewarded_part:
        yield sentence("Gift cards would earn twice: when they are bought, and when they pay.")


@as_far_as_read
def _check_unit_names(program: Program) -> Iterator[Sentence]:
    for unit, names in program.unit_names.items():
        yield from check_named(unit.value, names, LANGUAGES)
        for language, name in names.items():
            yield from _check_unit_name(f"{unit.value}.{language}", name)


@as_far_as_read
def _check_unit_name(where: str, name: UnitName) -> Iterator[Sentence]:
    for form in ("one", "other"):
        yield from check_text(f"{where}.{form}", getattr(name, form), _LONGEST_UNIT, needed=True)


@as_far_as_read
def _check_expiry(policy: ExpiryPolicy) -> Iterator[Sentence]:
    yield from _check_use(policy)
    yield from _check_duration("duration", policy.duration)
    yield from _check_duration("at_most", policy.at_most)
    yield from _check_at_most(policy)
    yield from check_count("warnings", policy.warnings, MOST_WARNINGS)
    for warning in policy.warnings:
        yield from _check_duration("warnings", warning)
    yield from about(
        sentence("“%(field)s”", field="warnings"), check_repeats(map(spell_duration, policy.warnings))
    )
    yield from _check_warnings(policy)


@as_far_as_read
def _check_use(policy: ExpiryPolicy) -> Iterator[Sentence]:
    kind = policy.kind
    yield from check_uses(policy, kind.value, _JUDGED, _USES.get(kind, _ALL_USE), _NEEDS.get(kind, ()))


@as_far_as_read
def _check_at_most(policy: ExpiryPolicy) -> Iterator[Sentence]:
    if policy.kind == ExpiryKind.FIRST_OF and _length(policy.at_most) < _length(policy.duration):
        yield sentence("“at_most” is shorter than “duration”.")


@as_far_as_read
def _check_duration(field: str, duration: Duration) -> Iterator[Sentence]:
    yield from check_number(f"{field}.months", duration.months, 0, _MOST_MONTHS)
    yield from check_number(f"{field}.days", duration.days, 0, MOST_DAYS)


@as_far_as_read
def _check_warnings(policy: ExpiryPolicy) -> Iterator[Sentence]:
    """Those that are shipped may be too long: they are left out where they would come too early."""
    if policy.warnings == WARNINGS or "duration" not in _NEEDS.get(policy.kind, ()):
        return
    for warning in policy.warnings:
        if not 0 < _length(warning) < _length(policy.duration):
            yield sentence(
                "The warning %(warning)s must be shorter than “duration” and longer than nothing.",
                warning=spell_duration(warning),
            )


def _length(duration: Duration) -> int:
    """In twelfths of a day of a year of 365."""
    return duration.months * 365 + duration.days * 12


@as_far_as_read
def _check_tiers(program: Program, plan: TierPlan) -> Iterator[Sentence]:
    yield from about(sentence("Tiers"), check_numbers(plan, {"grace_days": (0, _YEAR_OF_DAYS)}))
    yield from check_count("tiers", plan.tiers, MOST_TIERS)
    yield from about(sentence("Tiers"), check_repeats(tier.id for tier in plan.tiers))
    for tier in plan.tiers:
        yield from _check_tier(program, tier)
    for lower, higher in pairwise(plan.tiers):
        yield from _check_step(lower, higher)


@as_far_as_read
def _check_tier(program: Program, tier: TierRule) -> Iterator[Sentence]:
    named = sentence("Tier “%(id)s”", id=shown(tier.id))
    yield from about(named, check_id(tier.id))
    yield from about(named, check_texts(tier, {"name": 40, "benefit": LONGEST_TEXT}, needed=("name",)))
    bounds = {"at": (1, MOST_MINOR), "factor": (1, find_most_factor(program))}
    yield from about(named, check_numbers(tier, bounds))
    yield from about(named, check_reward("reward", tier.reward, program))


@as_far_as_read
def _check_step(lower: TierRule, higher: TierRule) -> Iterator[Sentence]:
    if higher.at <= lower.at:
        yield sentence(
            "Tier “%(higher)s” comes after “%(lower)s” and must ask for more.",
            higher=shown(higher.id),
            lower=shown(lower.id),
        )


@as_far_as_read
def _check_limits(limits: Limits) -> Iterator[Sentence]:
    yield from check_numbers(limits, _LIMITS)
    if limits.most_per_day < limits.most_per_scan:
        yield sentence("“%(most)s” is below “%(least)s”.", most="most_per_day", least="most_per_scan")
