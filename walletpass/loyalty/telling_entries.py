"""One plain sentence for every entry of a ledger, from what is stored with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from walletpass.loyalty.bookings import Reversal
from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.program import Program
from walletpass.loyalty.rounding import to_decimal
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.entitlement import entitle, multiply
from walletpass.loyalty.rules.terms import Offer, Terms
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Money, Sentence, UnitCount, Value, counted, sentence


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry as far as its sentence needs it."""

    kind: EntryKind
    quantity: int
    unit: Unit = Unit.STAMPS
    breakdown: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    """Code."""
    note: str = ""
    """What staff wrote for the member."""
    reward: str = ""
    """Title of the reward that changed hands."""
    after: int = 0
    """The balance of that unit then."""
    at: datetime | None = None
    """When it was recorded."""


def tell_posted(program: Program, posted: Posted) -> Sentence:
    """`program`: of the entry's version; it gives the currency, the zone and the names of units."""
    told = _tell(program, posted)
    return told if posted.note else sentence("%(told)s.", told=told)


def tell_together(program: Program, lines: Sequence[Posted]) -> Sentence:
    """What one activity did, as one sentence."""
    merged = _merge(lines)
    if len(merged) == 1:
        return tell_posted(program, merged[0])
    first, *others = (_tell(program, *alike) for alike in _join(merged))
    for other in others:
        first = sentence("%(first)s; %(second)s", first=first, second=other)
    return sentence("%(told)s.", told=first)


def tell_owed(program: Program, unit: Unit, owed: int) -> Sentence:
    """What a member reads who has to earn first what was taken back."""
    return sentence("%(units)s until your next visits", units=UnitCount(-owed, unit, program.unit_names))


def tell_discount(program: Program, breakdown: Mapping[str, Any]) -> Sentence | None:
    """What a coupon took off the order that it was used for; None where it was none."""
    if not breakdown.get("discount"):
        return None
    off, order = (Money(breakdown[name], program.currency) for name in ("discount", "order"))
    return sentence("%(off)s off %(order)s", off=off, order=order)


def _merge(lines: Sequence[Posted]) -> list[Posted]:
    """Lines alike become one; those that say little beside others are left out."""
    merged: dict[Any, Posted] = {}
    for number, line in enumerate(lines):
        alike = (line.kind, line.unit, line.reward, line.reason)
        place: Any = number if "offers" in line.breakdown or not line.quantity else alike
        before = merged.get(place)
        merged[place] = replace(line, quantity=line.quantity + before.quantity) if before else line
    telling = [line for line in merged.values() if line.quantity or line.reward]
    return telling or list(merged.values())[:1]


def _join(lines: Sequence[Posted]) -> list[list[Posted]]:
    """Lines that say the same of two units are told in one."""
    joined: dict[Any, list[Posted]] = {}
    for number, line in enumerate(lines):
        plain = line.quantity and not (line.reward or line.note or "offers" in line.breakdown)
        joined.setdefault((line.kind, line.reason) if plain else number, []).append(line)
    return list(joined.values())


def _tell(program: Program, posted: Posted, *others: Posted) -> Sentence:
    told = _tell_fact(program, posted, *others)
    return sentence("%(told)s: %(note)s", told=told, note=posted.note) if posted.note else told


def _tell_fact(program: Program, posted: Posted, *others: Posted) -> Sentence:
    if "offers" in posted.breakdown:
        return _tell_earned(program, posted)
    units: Value = UnitCount(abs(posted.quantity), posted.unit, program.unit_names)
    for other in others:
        more = UnitCount(abs(other.quantity), other.unit, program.unit_names)
        units = Sentence("%(units)s, %(more)s", "", {"units": units, "more": more})
    return _KINDS[posted.kind](program, posted, units)


Teller = Callable[[Program, Posted, Value], Sentence]


def _tell_adjust(program: Program, posted: Posted, units: Value) -> Sentence:
    if posted.quantity < 0:
        return sentence("Taken off: %(units)s", units=units)
    match posted.reason:
        case "courtesy":
            return sentence("%(units)s with our compliments", units=units)
        case "goodwill":
            return sentence("%(units)s out of goodwill", units=units)
    return sentence("Added: %(units)s", units=units)


def _tell_bonus(program: Program, posted: Posted, units: Value) -> Sentence:
    if posted.reward:
        return sentence("%(reward)s: %(units)s", reward=posted.reward, units=units)
    return sentence("%(units)s as a present", units=units)


def _tell_redeem(program: Program, posted: Posted, units: Value) -> Sentence:
    if off := tell_discount(program, posted.breakdown):
        return sentence("Used: %(reward)s, %(off)s", reward=posted.reward, off=off)
    if not posted.quantity:
        return sentence("Used: %(reward)s", reward=posted.reward)
    if not posted.reward:
        return sentence("Used: %(units)s", units=units)
    return sentence("%(reward)s for %(units)s", reward=posted.reward, units=units)


def _tell_convert(program: Program, posted: Posted, units: Value) -> Sentence:
    if posted.unit is Unit.STAMPS:
        return sentence("Card full: %(reward)s is ready for you", reward=posted.reward)
    return sentence("%(reward)s for %(units)s", reward=posted.reward, units=units)


def _tell_extension(program: Program, posted: Posted, units: Value) -> Sentence:
    until = datetime.fromisoformat(posted.breakdown["until"])
    return sentence("Now valid through %(day)s", day=last_valid_day(until, program.zone))


def _tell_return(program: Program, posted: Posted, units: Value) -> Sentence:
    if posted.reason in _APPOINTMENTS:
        taken, nothing = _APPOINTMENTS[posted.reason]
        return Sentence(taken.message, "", {"units": units}) if posted.quantity else nothing
    if not posted.quantity:
        return sentence("Something was returned; nothing was taken off")
    if "basket" in posted.breakdown:
        return sentence("Taken back for what was returned: %(units)s", units=units)
    return sentence("Taken back: %(units)s", units=units)


_APPOINTMENTS: Mapping[str, tuple[Sentence, Sentence]] = {
    Reversal.NOT_HELD: (
        sentence("Taken back for an appointment that did not take place: %(units)s"),
        sentence("An appointment did not take place; nothing was taken off"),
    ),
    Reversal.MOVED: (
        sentence("Taken back for an appointment that was moved: %(units)s"),
        sentence("An appointment was moved; nothing was taken off"),
    ),
}
"""What is told of units that were taken back, and where there were none."""


def _tell_given_back(program: Program, posted: Posted, units: Value) -> Sentence:
    if not posted.quantity:
        return sentence("Given back: %(reward)s", reward=posted.reward)
    return sentence("Given back: %(units)s", units=units)


_KINDS: Mapping[EntryKind, Teller] = {
    EntryKind.EARN: lambda program, posted, units: sentence("Added: %(units)s", units=units),
    EntryKind.BONUS: _tell_bonus,
    EntryKind.ADJUST: _tell_adjust,
    EntryKind.REDEEM: _tell_redeem,
    EntryKind.CONVERT: _tell_convert,
    EntryKind.EXPIRE: lambda program, posted, units: sentence("Expired: %(units)s", units=units),
    EntryKind.FORFEIT: lambda program, posted, units: sentence("Taken off: %(units)s", units=units),
    EntryKind.EXTEND_EXPIRY: _tell_extension,
    EntryKind.TRANSFER_IN: lambda program, posted, units: sentence(
        "From your other card: %(units)s", units=units
    ),
    EntryKind.TRANSFER_OUT: lambda program, posted, units: sentence(
        "Moved to your other card: %(units)s", units=units
    ),
    EntryKind.IMPORT: lambda program, posted, units: sentence("Brought along: %(units)s", units=units),
    EntryKind.REVERSE_EARN: _tell_return,
    EntryKind.REVERSE_CONVERT: _tell_given_back,
    EntryKind.REVERSE_REDEEM: _tell_given_back,
    EntryKind.REVERSE_EXPIRE: lambda program, posted, units: sentence("Valid again: %(units)s", units=units),
}


def _tell_earned(program: Program, posted: Posted) -> Sentence:
    """Such as: 24 points for €12.40 (1 point per €1.00), times 2 (Happy hour), “Lunch”; €0.40 counts next time."""
    terms, basket = Terms.load(posted.breakdown), Basket.load(posted.breakdown["basket"])
    offer = next(each for each in terms.offers if each.rule == posted.breakdown["rule"])
    if not offer.rule:
        return _tell_stamped(program, posted)
    told = _tell_source(program, posted, offer, basket)
    if posted.quantity != posted.breakdown["base"]:
        told = _tell_times(terms, basket, told)
    if offer.name:
        told = sentence("%(told)s, “%(name)s”", told=told, name=offer.name)
    carried = Money(posted.breakdown["carried"], program.currency)
    if offer.carry and carried.minor > 0 and posted.quantity:
        told = sentence("%(told)s; %(money)s counts next time", told=told, money=carried)
    waits = next((rule.pending for rule in program.earn if rule.id == offer.rule), None)
    if waits and posted.at and posted.quantity:
        begins = local_day(posted.at + waits, program.zone)
        told = sentence("%(told)s; can be used from %(day)s", told=told, day=begins)
    return told


def _tell_stamped(program: Program, posted: Posted) -> Sentence:
    """No rule gave it, people at the counter did."""
    if posted.after > program.goal:  # a card has no such place: the next entry says that it is full
        return counted("Stamped", "%(n)s stamps added", posted.quantity)
    progress = sentence("%(stamps)s of %(goal)s", stamps=posted.after, goal=program.goal)
    return counted(
        "Stamped: %(progress)s", "%(n)s stamps added: %(progress)s", posted.quantity, progress=progress
    )


def _tell_source(program: Program, posted: Posted, offer: Offer, basket: Basket) -> Sentence:
    units = UnitCount(posted.quantity, posted.unit, program.unit_names)
    if not posted.quantity and (offer.reward or posted.breakdown["carried"]):
        return _tell_no_units(program, posted, offer)
    if offer.trigger is Trigger.AMOUNT:
        spent, rate = Money(basket.eligible_minor, program.currency), _tell_rate(program, posted.unit, offer)
        before = Money(abs(offer.carried), program.currency)
        told: dict[str, Value] = {"units": units, "spent": spent, "rate": rate, "before": before}
        if offer.carried > 0:
            return sentence("%(units)s for %(spent)s and %(before)s from before (%(rate)s)", **told)
        if offer.carried < 0:
            return sentence("%(units)s for %(spent)s less %(before)s from before (%(rate)s)", **told)
        return sentence("%(units)s for %(spent)s (%(rate)s)", **told)
    if offer.by_item:
        return sentence("%(units)s for %(items)s", units=units, items=_list_items(offer, basket))
    if offer.referrer:
        return sentence("%(units)s for bringing a friend", units=units)
    return Sentence(_SOURCES[offer.trigger].message, "", {"units": units})


def _tell_no_units(program: Program, posted: Posted, offer: Offer) -> Sentence:
    if offer.reward:
        # No entry of a rule names the reward that was issued: it pays nothing for it.
        title = next((each.title for each in program.rewards if each.id == offer.reward), posted.reward)
        return sentence("%(reward)s is ready for you", reward=title)
    carried = posted.breakdown["carried"]
    money = Money(abs(carried), program.currency)
    if carried < 0:  # more was returned than had been left over
        return sentence("Purchases count again after %(money)s more", money=money)
    return sentence("%(money)s counts next time", money=money)


def _tell_rate(program: Program, unit: Unit, offer: Offer) -> Sentence:
    units = UnitCount(offer.units, unit, program.unit_names)
    return sentence("%(units)s per %(money)s", units=units, money=Money(offer.per_minor, program.currency))


def _list_items(offer: Offer, basket: Basket) -> str:
    bought = {item: basket.items[item] for item in offer.items if item in basket.items}
    return ", ".join(item if n == 1 else f"{n} × {item}" for item, n in bought.items())


_SOURCES = {
    Trigger.VISIT: sentence("%(units)s for your visit"),
    Trigger.BOOKING: sentence("%(units)s for your appointment"),
    Trigger.WELCOME: sentence("%(units)s as a welcome"),
    Trigger.CHECK_IN: sentence("%(units)s for checking in"),
    Trigger.SHARE: sentence("%(units)s for sharing"),
    Trigger.REFERRAL: sentence("%(units)s because a friend invited you"),
    Trigger.BIRTHDAY: sentence("%(units)s for your birthday"),
    Trigger.LOYAL_TOP: sentence("%(units)s for your loyalty"),
}


def _tell_times(terms: Terms, basket: Basket, told: Sentence) -> Sentence:
    factors = entitle(terms, basket).factors
    factor = to_decimal(*multiply(factors, terms.ceiling))
    names = ", ".join(each.name for each in factors if each.name)
    if not names:
        return sentence("%(told)s, times %(factor)s", told=told, factor=factor)
    return sentence("%(told)s, times %(factor)s (%(names)s)", told=told, factor=factor, names=names)
