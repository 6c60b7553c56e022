"""What terms give for a basket. Earning and refunds both ask here, so they cannot disagree."""

from collections.abc import Iterable
from math import gcd, prod
from typing import TypeVar

import msgspec

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.rounding import floor_share
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.terms import Factor, Offer, Terms

MULTIPLIED = (Trigger.VISIT, Trigger.AMOUNT, Trigger.ITEM, Trigger.BOOKING, Trigger.CHECK_IN)
"""What comes of being there and buying. The rest was promised as a fixed number."""


class Share(msgspec.Struct, frozen=True):
    offer: Offer
    base: int
    """Units before multipliers."""
    units: int
    carried: int
    """Minor units left over for the next time."""


class Entitlement(msgspec.Struct, frozen=True):
    shares: tuple[Share, ...] = ()
    """Of the rules that apply: the highest priority first, then by id."""
    factors: tuple[Factor, ...] = ()
    """That were multiplied with."""

    @property
    def units(self) -> int:
        return sum(share.units for share in self.shares)


def entitle(terms: Terms, basket: Basket) -> Entitlement:
    """Add up the whole units of the rules that apply, multiply once, round down once.

    What a rule leaves over is not multiplied: where it is carried, it would count twice.

    The rounded total is shared out so that nothing is lost or invented: the bases are added up in the order of
    the shares, each running total is multiplied and rounded down, and a rule has what the running total rises by.
    The rises add up to the last total, and each is less than one unit away from the rule's own exact part.
    """
    if not basket.quantity:
        return Entitlement()
    bases = {offer.rule: _count(offer, basket) for offer in terms.offers if _is_met(offer, basket)}
    offers = _choose(o for o in terms.offers if o.rule in bases and _gives(o, bases[o.rule][0], basket))
    factors = _choose(f for f in terms.factors if basket.eligible_minor >= f.minimum_minor)
    if not any(bases[o.rule][0] for o in offers if o.trigger in MULTIPLIED):
        factors = ()
    numerator, denominator = multiply(factors, terms.ceiling)
    shares, running, given = [], 0, 0
    for offer in offers:
        base, carried = bases[offer.rule]
        units = base
        if offer.trigger in MULTIPLIED:
            running += base
            units = floor_share(running, numerator, denominator) - given
            given += units
        shares.append(Share(offer, base, units, carried))
    return Entitlement(tuple(shares), factors)


def multiply(factors: Iterable[Factor], ceiling: int) -> tuple[int, int]:
    """The product as numerator and denominator, at most the ceiling (per cent)."""
    percents = [factor.percent for factor in factors]
    numerator, denominator = prod(percents), 100 ** len(percents)
    return (ceiling, 100) if numerator * 100 > ceiling * denominator else (numerator, denominator)


Ranked = TypeVar("Ranked", Offer, Factor)


def _choose(applying: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """All, or the first exclusive one alone."""
    ranked = sorted(applying, key=lambda each: (-each.priority, each.rule))
    alone = next((each for each in ranked if each.exclusive), None)
    return tuple(ranked) if alone is None else (alone,)


def _is_met(offer: Offer, basket: Basket) -> bool:
    bought = not offer.by_item or any(item in basket.items for item in offer.items)
    return bought and basket.eligible_minor >= offer.minimum_minor


def _gives(offer: Offer, base: int, basket: Basket) -> bool:
    """What gives nothing at all must not keep others from giving."""
    return base > 0 or bool(offer.reward) or (offer.carry and basket.eligible_minor > 0)


def _count(offer: Offer, basket: Basket) -> tuple[int, int]:
    """Units, and minor units to carry on."""
    if offer.trigger is Trigger.AMOUNT:
        return _count_amount(offer, basket.eligible_minor)
    if offer.by_item:
        return sum(basket.items.get(item, 0) * units for item, units in offer.items.items()), 0
    return offer.units * (basket.quantity if offer.trigger is Trigger.VISIT else 1), 0


def _count_amount(offer: Offer, eligible_minor: int) -> tuple[int, int]:
    if not offer.per_minor:
        return 0, 0
    if not offer.carry:
        return floor_share(eligible_minor, offer.units, offer.per_minor), 0
    # The smallest step of whole numbers: 10 for 1.00 is 1 for 0.10; 3 for 1.00 stays.
    common = gcd(offer.units, offer.per_minor)
    step = floor_share(offer.per_minor, 1, common)
    spent = offer.carried + eligible_minor
    steps = max(0, floor_share(spent, 1, step))
    return steps * floor_share(offer.units, 1, common), spent - steps * step
