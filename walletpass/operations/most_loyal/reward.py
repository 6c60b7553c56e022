"""Choose the most loyal, and give them what a rule says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.most_loyal import choose_most_loyal
from walletpass.loyalty.program import Program
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rules.activity import Activity
from walletpass.loyalty.tier_measures import qualifying_unit
from walletpass.loyalty.tier_rules import Measure
from walletpass.operations.earning.decide import decide_event
from walletpass.operations.posting.post import post
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.programs.rules import get_rules
from walletpass.operations.services import Services
from walletpass.store import most_loyal

MOST = 1000


@dataclass(frozen=True, slots=True)
class LoyalMember:
    account_id: int
    name: str
    total: int
    """Visits, units or minor units."""


def list_most_loyal(
    services: Services, merchant_id: int, by: Measure, since: date, most: int
) -> tuple[LoyalMember, ...]:
    """Highest first; equals of the last one are listed too. Raises Refusal unknown_program, too_many_members."""
    if not 1 <= most <= MOST:
        raise Refusal("too_many_members", most=MOST)
    rules = get_rules(services, merchant_id)
    with services.reading() as tx:
        rows = most_loyal.list_most(tx, rules.program_id, _column(rules.program, by), since, most)
    found = {row.account_id: LoyalMember(row.account_id, row.name, row.total) for row in rows}
    chosen = choose_most_loyal({member.account_id: member.total for member in found.values()}, most)
    return tuple(found[account_id] for account_id in chosen)


def reward_most_loyal(
    services: Services, merchant_id: int, rule_id: str, account_ids: Iterable[int], key: str
) -> tuple[int, ...]:
    """The accounts that got it; others are closed, blocked or have had it as often as the rule gives it.

    `key` is of the whole list: sent twice, it gives once. Raises Refusal: bad_key, unknown_rule, program_paused,
    program_ended.
    """
    rule = _get_rule(get_rules(services, merchant_id).program, rule_id)
    given = []
    for account_id in account_ids:
        request = Post(merchant_id, account_id, f"{key}-{account_id}", {"rule": rule_id})
        try:
            post(services, request, lambda desk: _decide(desk, rule))
        except Refusal as refusal:
            if refusal.code not in _ONE_ONLY:
                raise
        else:
            given.append(account_id)
    return tuple(given)


_ONE_ONLY = ("unknown_card", "closed_account", "void_card", "blocked_member", "earns_nothing")
"""Refusals that concern one member and nobody else on the list."""


def _decide(desk: Desk, rule: EarnRule) -> Posting:
    return decide_event(desk, Activity(frozenset({Trigger.LOYAL_TOP}), desk.now, rule=rule.id))


def _get_rule(program: Program, rule_id: str) -> EarnRule:
    for rule in program.earn:
        if rule.id == rule_id and rule.trigger is Trigger.LOYAL_TOP:
            return rule
    raise Refusal("unknown_rule")


def _column(program: Program, by: Measure) -> str:
    """Of the counters of days."""
    if by is Measure.UNITS:
        return qualifying_unit(program.kind).value
    return {Measure.VISITS: "visits", Measure.SPEND: "spend_minor"}[by]
