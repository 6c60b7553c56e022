"""From what rules give to what is posted: rewards that follow from it, remainders and counters to keep."""

from collections.abc import Sequence

from msgspec.structs import replace

from walletpass.loyalty.earn_rules import Trigger
from walletpass.loyalty.ledger import Line
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.rewards.issuing import Grant, give, sum_bonus
from walletpass.loyalty.rules.activity import Activity
from walletpass.loyalty.rules.counters import limit_of
from walletpass.loyalty.rules.earn import decide_earn
from walletpass.loyalty.rules.open_terms import RuleStanding
from walletpass.loyalty.units import Unit
from walletpass.operations.earning.late import bring_back
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Business, Desk, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.rewards.reach import reach
from walletpass.store import counters


def decide_activity(
    desk: Desk, done: Done, activity: Activity, business: Business, reason: str = ""
) -> Posting:
    """Raises Refusal as `decide_earn` does."""
    account = desk.account
    earned = decide_earn(
        desk.program, replace(activity, tier=account.tier), _load_standing(desk, activity), desk.now
    )
    happened_at = business.happened_at
    back = bring_back(desk, happened_at, earned.lines) if happened_at else ()
    lines = (*earned.lines, *back)
    carried = {**(account.carried or {}), **earned.carried}
    return Posting(
        done,
        lines,
        decide_rewards(desk, lines, [template for _, template in earned.rewards]),
        business=business,
        reason=reason,
        carried=carried if earned.carried else None,
        counted=earned.counted,
    )


def decide_event(desk: Desk, activity: Activity) -> Posting:
    """What is given without a visit or a purchase. Raises Refusal: those of `decide_earn`, earns_nothing."""
    posting = decide_activity(desk, Done.GIVEN, activity, Business())
    if not posting.lines and not posting.grants:
        raise Refusal("earns_nothing")
    return posting


def decide_rewards(desk: Desk, lines: Sequence[Line], templates: Sequence[str] = ()) -> tuple[Grant, ...]:
    """What rules give beside units; then what these lines bring, and such rewards that are units: milestones passed,
    thresholds reached."""
    shelf = load_shelf(desk)
    given = give(shelf, templates, desk.now).grants
    before = {unit: getattr(desk.account, unit.value) + _sum_back(lines, unit) for unit in Unit}
    added = {unit: _sum_usable(desk, lines, unit) + sum_bonus(given, unit) for unit in Unit}
    return given + reach(desk, shelf.after(given), before, added)


def _load_standing(desk: Desk, activity: Activity) -> RuleStanding:
    """Counters are read only where a rule that may apply has a limit."""
    asked = {*activity.triggers, Trigger.TIME_MULTIPLIER}
    limited = any(rule.trigger in asked and limit_of(rule) for rule in desk.program.earn)
    counts = counters.list_counts(desk.tx, desk.account.id) if limited else {}
    return RuleStanding(desk.account.carried or {}, counts)


def _sum_usable(desk: Desk, lines: Sequence[Line], unit: Unit) -> int:
    """Without what has to wait, and what was there before it ran out."""
    return sum(
        line.quantity
        for line in lines
        if line.unit is unit
        and not line.wakes
        and not (line.lot and line.lot.available_from and line.lot.available_from > desk.now)
    )


def _sum_back(lines: Sequence[Line], unit: Unit) -> int:
    """What has not run out after all."""
    return sum(line.quantity for line in lines if line.unit is unit and line.wakes)
