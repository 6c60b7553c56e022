"""Points programs, purchases, and what an account keeps between them, as values."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs

from walletpass.loyalty.earn_rules import EarnRule, Trigger
from walletpass.loyalty.ledger import Line
from walletpass.loyalty.program import Milestone, Program, ProgramKind
from walletpass.loyalty.refunds import Credit
from walletpass.loyalty.rules.activity import PURCHASE, Activity
from walletpass.loyalty.rules.basket import Basket
from walletpass.loyalty.rules.earn import Earned, decide_earn
from walletpass.loyalty.rules.open_terms import RuleStanding
from walletpass.loyalty.units import Unit

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""A Sunday."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def rule(rule_id: str, trigger: Trigger, units: int = 0, **more: Any) -> EarnRule:
    return EarnRule(rule_id, trigger, more.pop("unit", Unit.POINTS), units, **more)


def by_amount(units: int, per_minor: int, **more: Any) -> EarnRule:
    return rule(more.pop("rule_id", "spend"), Trigger.AMOUNT, units, per_minor=per_minor, **more)


def program(*rules: EarnRule, **more: Any) -> Program:
    return Program((Milestone(8, "Free starter"),), AMSTERDAM, earn=rules, kind=ProgramKind.MIXED, **more)


def purchase(eligible_minor: int, items: Mapping[str, int] | None = None, **more: Any) -> Activity:
    happened = Activity(PURCHASE, NOON, Basket(eligible_minor, items or {}), "EUR")
    return structs.replace(happened, **more)


def earn(rules: Program, activity: Activity, standing: RuleStanding | None = None) -> Earned:
    return decide_earn(rules, activity, standing or RuleStanding(), activity.occurred_at)


def units_of(earned: Earned, unit: Unit = Unit.POINTS) -> dict[str, int]:
    """Rule -> units."""
    return {line.rule: line.quantity for line in earned.lines if line.unit is unit}


def points_of(earned: Earned) -> int:
    return sum(units_of(earned).values())


def book(lines: tuple[Line, ...]) -> list[Credit]:
    """The entries that these lines become, read back from JSON."""
    return [
        Credit(number, line.kind, line.quantity, line.unit, line.rule, json.loads(json.dumps(line.breakdown)))
        for number, line in enumerate(lines, 1)
    ]


def after_refund(credits_: list[Credit], reversals: tuple[Line, ...]) -> list[Credit]:
    def back(credit: Credit) -> int:
        own = [line for line in reversals if line.reverses == credit.id]
        return sum(line.breakdown.get("written_off", 0) - line.quantity for line in own)

    return [replace(credit, taken_back=credit.taken_back + back(credit)) for credit in credits_]
