"""What an activity earns."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from walletpass.loyalty.expiry import lot_terms
from walletpass.loyalty.ledger import EntryKind, Line, LotTerms
from walletpass.loyalty.program import Program, units_of
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import Activity, check_activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.counters import Counted
from walletpass.loyalty.rules.entitlement import Entitlement, Share, entitle
from walletpass.loyalty.rules.open_terms import EARNED, RuleStanding, open_terms
from walletpass.loyalty.rules.terms import Factor, Offer, Terms
from walletpass.loyalty.units import UNITS, Unit

MOST_UNITS = 10**9
"""Of one activity, and of one account."""


class Earned(msgspec.Struct, frozen=True):
    lines: tuple[Line, ...] = ()
    """One for each rule: `earn`, or `bonus` for what no business earned. Of 0 units where a rule gave a reward
    alone, or only carries on."""
    rewards: tuple[tuple[str, str], ...] = ()
    """Rule id and reward template id."""
    carried: Mapping[str, int] = {}
    """Rule id -> minor units left over, of the rules for which they changed."""
    counted: tuple[Counted, ...] = ()


def decide_earn(program: Program, activity: Activity, standing: RuleStanding, now: datetime) -> Earned:
    """Units, rewards, and what is to be kept for the next time.

    The breakdown of every line has the terms of its unit and the basket: all that a refund needs.
    Raises Refusal as `check_activity` does, and absurd_quantity.
    """
    check_activity(program, activity, now)
    lines: list[Line] = []
    rewards: list[tuple[str, str]] = []
    carried: dict[str, int] = {}
    counted: list[Counted] = []
    for unit in filter(units_of(program.kind).__contains__, UNITS):
        terms = open_terms(program, activity, standing, unit)
        entitlement = entitle(terms, activity.basket)
        if entitlement.units > MOST_UNITS:
            raise Refusal("absurd_quantity", most=MOST_UNITS)
        lines += _write_lines(program, unit, terms, entitlement, activity.basket, now)
        rewards += list_rewards(entitlement)
        carried |= {s.offer.rule: s.carried for s in entitlement.shares if s.carried != s.offer.carried}
        counted += list_counted(entitlement)
    return Earned(tuple(lines), tuple(rewards), carried, tuple(counted))


def list_rewards(entitlement: Entitlement) -> list[tuple[str, str]]:
    offers = [share.offer for share in entitlement.shares]
    return [(offer.rule, offer.reward) for offer in offers if offer.reward]


def list_counted(entitlement: Entitlement, by: int = 1) -> Iterator[Counted]:
    """The rules with a limit that gave something."""
    giving = (share.offer for share in entitlement.shares if share.units or share.offer.reward)
    every: tuple[Offer | Factor, ...] = (*giving, *entitlement.factors)
    for each in every:
        if each.counted_from:
            yield Counted(each.rule, each.counted_from, by)


def _write_lines(
    program: Program, unit: Unit, terms: Terms, entitlement: Entitlement, basket: Basket, now: datetime
) -> Iterator[Line]:
    shared = {**terms.document(), "basket": basket.document()}
    for share in entitlement.shares:
        if share.units or share.offer.reward or share.carried != share.offer.carried:
            yield Line(
                EntryKind.EARN if share.offer.trigger in EARNED else EntryKind.BONUS,
                share.units,
                unit=unit,
                rule=share.offer.rule,
                breakdown={**shared, "rule": share.offer.rule, "base": share.base, "carried": share.carried},
                lot=_pending_lot(program, share, now),
            )


def _pending_lot(program: Program, share: Share, now: datetime) -> LotTerms | None:
    """By the program's policy, but usable only later, where the rule says so."""
    for rule in program.earn:
        if rule.id == share.offer.rule and rule.pending and share.units:
            return replace(lot_terms(program.expiry, now, program.zone), available_from=now + rule.pending)
    return None
