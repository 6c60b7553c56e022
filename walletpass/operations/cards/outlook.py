"""What a card says beside its balance: what ends next, what has to wait, and the member's tier."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_telling import ByDay, tell_ends, tell_waiting
from walletpass.loyalty.goals import Held
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.lots import end_of, has_begun
from walletpass.loyalty.program import Program
from walletpass.loyalty.tier_telling import tell_tier_progress
from walletpass.loyalty.tiers import find_tier
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.request import Desk
from walletpass.operations.tiers.memberships import load_counts, load_membership
from walletpass.store import lots
from walletpass.store.session import Transaction
from walletpass.translations import Translator


class Told(NamedTuple):
    short: str = ""
    text: str = ""
    """Sentences, the last without its full stop, which a date may bring along."""


class UnitsAhead(NamedTuple):
    end: Told = Told()
    """Of what runs out first of each unit; what ends later is not told."""
    waiting: str = ""
    """Whole sentences: what can be used later, as far as it begins first."""


def tell_units_ahead(
    tx: Transaction, account: Any, program: Program, held: Held, now: datetime, language: Translator
) -> UnitsAhead:
    """Lots are read where something is known to change by itself."""
    if account.next_change_at is None:
        return UnitsAhead()
    ends: dict[Unit, Counter[date]] = {unit: Counter() for unit in held}
    begins: dict[Unit, Counter[date]] = {unit: Counter() for unit in held}
    for unit in held:
        rolling = getattr(account, f"{unit.value}_roll_to")
        for lot in map(load_lot, lots.list_open(tx, account.id, unit.value)):
            end = end_of(lot, rolling)
            if lot.available_from and not has_begun(lot, now):
                begins[unit][local_day(lot.available_from, program.zone)] += lot.remaining
            elif end and end > now:
                ends[unit][last_valid_day(end, program.zone)] += lot.remaining
    ending, beginning = _find_first(program, ends), _find_first(program, begins)
    return UnitsAhead(
        _tell_ends(program, held, ending, language) if ending else Told(),
        language.say(tell_waiting(beginning)) if beginning else "",
    )


def tell_tier(tx: Transaction, account: Any, program: Program, language: Translator) -> Told:
    """As of the card's last change: what it says of days to come follows from its version alone."""
    plan = program.tier_plan
    if not plan.tiers:
        return Told()
    version = account.program_version_id
    desk = Desk(tx, account, program, version, version, account.card_changed_at)
    present = load_membership(tx, account.id)
    progress = tell_tier_progress(program, present, *load_counts(desk), desk.today)
    tier = find_tier(plan, account.tier)
    return Told(tier.name if tier else "", language.say(progress) if progress else "")


def _find_first(program: Program, by_unit: Mapping[Unit, Counter[date]]) -> dict[date, list[UnitCount]]:
    """The first day of each unit, soonest first."""
    first: dict[date, list[UnitCount]] = {}
    soonest = [(min(days), unit) for unit, days in by_unit.items() if days]
    for day, unit in sorted(soonest, key=itemgetter(0)):
        first.setdefault(day, []).append(UnitCount(by_unit[unit][day], unit, program.unit_names))
    return first


def _tell_ends(program: Program, held: Held, ends: ByDay, language: Translator) -> Told:
    day, units = next(iter(ends.items()))
    short = language.date(day)
    if {each.unit: each.n for each in units} != held:
        short = f"{', '.join(map(language.units, units))} · {short}"
    return Told(short, language.say(tell_ends(ends)))
