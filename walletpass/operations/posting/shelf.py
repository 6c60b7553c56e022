"""What rewards are given by: the templates of the rules, and counters of what went out before."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.reward_templates import IssueMode, RewardKind, RewardTemplate
from walletpass.loyalty.rewards.issuing import Given, Shelf
from walletpass.loyalty.rewards.places import find_passed
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.request import Desk
from walletpass.store import counters, rewards
from walletpass.store.given_on_card import list_given_on_card

_EVER = date.min
_RULE = "reward:"
_KINDS = {"kind": RewardKind, "issue": IssueMode, "unit": Unit}


def load_shelf(desk: Desk) -> Shelf:
    """Counters are read only where a template has a limit."""
    program = desk.program
    limited = [t for t in program.rewards if (t.stock, t.per_member, t.max_unredeemed) != (None, None, None)]
    if not limited:
        return Shelf(program.rewards, program.zone, unit_names=program.unit_names)
    in_all = counters.list_given(desk.tx, desk.account.program_id)
    mine = counters.list_counts(desk.tx, desk.account.id)
    held = rewards.count_held(desk.tx, desk.account.id)
    given = {
        t.id: Given(in_all.get(t.id, 0), mine.get((_RULE + t.id, _EVER), 0), held.get(t.id, 0))
        for t in limited
    }
    return Shelf(program.rewards, program.zone, given, program.unit_names)


def list_passed(desk: Desk, stamps: int) -> frozenset[int]:
    """As `find_passed`, of the card on the desk."""
    return find_passed(list_given_on_card(desk.tx, desk.account.id), stamps)


def note_given(desk: Desk, template: RewardTemplate) -> None:
    """Only what a limit counts. Raises Refusal reward_out_of_stock where somebody else took the last one."""
    if template.stock is not None and not counters.take_from_stock(
        desk.tx, desk.account.program_id, template.id, template.stock
    ):
        raise Refusal("reward_out_of_stock", most=template.stock)
    if template.per_member is not None:
        counters.add_to_rule(desk.tx, desk.account.id, _RULE + template.id, _EVER)


def load_terms(document: Mapping[str, Any]) -> RewardTemplate:
    kinds = {name: kind(document[name]) for name, kind in _KINDS.items()}
    return RewardTemplate(**{**document, **kinds})


def terms_document(template: RewardTemplate) -> dict[str, Any]:
    """As they were when it was issued: JSON values."""
    return asdict(template)
