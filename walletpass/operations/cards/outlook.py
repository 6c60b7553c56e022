"""What a card says beside its balance: what ends next, and the member's tier."""

from datetime import datetime
from typing import Any, NamedTuple

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.expiry_telling import tell_end
from walletpass.loyalty.goals import Held
from walletpass.loyalty.lots import next_end
from walletpass.loyalty.program import Program
from walletpass.loyalty.tier_measures import counts_until, measure
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
    """One sentence without its full stop, which a date may bring along."""


def tell_next_end(
    tx: Transaction, account: Any, program: Program, held: Held, now: datetime, language: Translator
) -> Told:
    """Only of what runs out first. Lots are read where something is known to change by itself."""
    if account.next_change_at is None:
        return Told()
    ends = [
        (*end, unit)
        for unit, balance in held.items()
        if balance > 0
        for end in _find_end(tx, account, unit, now)
    ]
    if not ends:
        return Told()
    at, quantity, unit = min(ends)
    day = last_valid_day(at, program.zone)
    short = language.date(day)
    units = UnitCount(quantity, unit, program.unit_names)
    if quantity < held[unit] or len(held) > 1:
        short = f"{language.units(units)} · {short}"
    return Told(short, language.say(tell_end(units, day)))


def tell_tier(tx: Transaction, account: Any, program: Program, language: Translator) -> Told:
    """As of the card's last change: what it says of days to come follows from its version alone."""
    plan = program.tier_plan
    if not plan.tiers:
        return Told()
    version = account.program_version_id
    desk = Desk(tx, account, program, version, version, account.card_changed_at)
    days, lifetime = load_counts(desk)
    so_far = measure(plan, days, lifetime, desk.today)
    until = counts_until(plan, days, desk.today)
    progress = tell_tier_progress(program, load_membership(tx, account.id), so_far, until)
    tier = find_tier(plan, account.tier)
    return Told(tier.name if tier else "", language.say(progress) if progress else "")


def _find_end(tx: Transaction, account: Any, unit: Unit, now: datetime) -> list[tuple[datetime, int]]:
    held = [load_lot(row) for row in lots.list_open(tx, account.id, unit.value)]
    end = next_end(held, now, getattr(account, f"{unit.value}_roll_to"))
    return [end] if end else []
