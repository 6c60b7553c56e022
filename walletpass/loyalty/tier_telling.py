"""What members are told of their tier."""

from collections.abc import Sequence
from datetime import date, timedelta

from walletpass.loyalty.program import Program
from walletpass.loyalty.tier_measures import Counts, DayCount, counts_until, measure, qualifying_unit
from walletpass.loyalty.tier_rules import Measure, TierRule
from walletpass.loyalty.tiers import Membership, Step, TierChange, find_tier, next_tier
from walletpass.loyalty.wording import Money, Sentence, UnitCount, counted, sentence


def tell_tier_progress(
    program: Program, present: Membership | None, days: Sequence[DayCount], lifetime: Counts, today: date
) -> Sentence | None:
    """The tier with its benefit, and what is missing for the next one, or to keep it after a notice, and by when.

    `days` and `lifetime` as for `measure`. None where there are no tiers.
    """
    plan = program.tier_plan
    tier = present.tier if present else ""
    held, above = find_tier(plan, tier), next_tier(plan, tier)
    last_day = _last_day(program, present)
    if held and last_day is None and above is None and present and not present.manual:
        # Nothing lies ahead of it but its end: by the present year, if that is the one that counts.
        last_day = present.held_through if counts_until(plan, days, today) == present.held_through else None
    # What counts today may be out of the window before the last day: then it keeps nothing.
    missing_to_keep = held.at - measure(plan, days, lifetime, last_day) if held and last_day else 0
    if held and last_day and missing_to_keep > 0:
        return sentence(
            "%(tier)s through %(day)s. To keep it: %(missing)s by then",
            tier=held.name,
            day=last_day,
            missing=_tell_missing(program, missing_to_keep),
        )
    if above is None:
        return _tell_highest(held) if held else None
    missing = _tell_missing(program, above.at - measure(plan, days, lifetime, today))
    ahead = _tell_ahead(above.name, missing, counts_until(plan, days, today))
    return Sentence("%(tier)s. %(ahead)s", "", {"tier": _tell_held(held), "ahead": ahead}) if held else ahead


def tell_tier_change(program: Program, change: TierChange, left: str = "") -> Sentence | None:
    """None where a member need not hear of it: a tier went on, or the program has it no longer.

    `left`: id of the tier before, which the program may have no longer.
    """
    held, ended = (find_tier(program.tier_plan, tier) for tier in (change.membership.tier, left))
    last_day = _last_day(program, change.membership)
    match change.step:
        case Step.RAISED if held is not None:
            if held.benefit:
                return sentence("Welcome to %(tier)s: %(benefit)s", tier=held.name, benefit=held.benefit)
            return sentence("Welcome to %(tier)s", tier=held.name)
        case Step.NOTICED if held is not None and last_day is not None:
            return sentence("%(tier)s ends after %(day)s", tier=held.name, day=last_day)
        case Step.LOWERED if held is not None:
            return sentence("Your tier is now %(tier)s", tier=held.name)
        case Step.LOWERED if ended is not None:
            return sentence("Your tier %(tier)s has ended", tier=ended.name)
        case Step.LOWERED:
            return sentence("Your tier has ended")
    return None


def _tell_highest(held: TierRule) -> Sentence:
    return _tell_held(held) if held.benefit else sentence("%(tier)s: the highest tier", tier=held.name)


def _tell_held(held: TierRule) -> Sentence:
    text = "%(tier)s: %(benefit)s" if held.benefit else "%(tier)s"
    return Sentence(text, "", {"tier": held.name, "benefit": held.benefit})


def _tell_ahead(tier: str, missing: Sentence, until: date | None) -> Sentence:
    if until is None:
        return sentence("%(missing)s for %(tier)s", missing=missing, tier=tier)
    return sentence("%(missing)s by %(day)s for %(tier)s", missing=missing, day=until, tier=tier)


def _last_day(program: Program, present: Membership | None) -> date | None:
    """The last local day of a tier that is to end."""
    if present is None or present.ends_at is None:
        return None
    return present.ends_at.astimezone(program.zone).date() - timedelta(days=1)


def _tell_missing(program: Program, missing: int) -> Sentence:
    match program.tier_plan.measure:
        case Measure.VISITS:
            return counted("%(n)s more visit", "%(n)s more visits", missing)
        case Measure.SPEND:
            return sentence("%(amount)s more", amount=Money(missing, program.currency))
    unit = qualifying_unit(program.kind)
    return sentence("%(amount)s more", amount=UnitCount(missing, unit, program.unit_names))
