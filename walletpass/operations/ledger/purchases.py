"""Money of activities, and what is left of a purchase, against what entries say of them, which never changes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from walletpass.loyalty.invariants import Breach, Invariant
from walletpass.loyalty.rules.basket import Basket
from walletpass.operations.ledger.page import Written
from walletpass.operations.posting.outcome import Done

_VISIT = Basket().document()
"""Of an activity without details."""


def judge_purchases(written: Written) -> Iterator[Breach]:
    """What moved nothing has no entry: only whether its numbers fit those of the others is looked at."""
    baskets, orders = (_list_stated(written.entries, name) for name in ("basket", "order"))
    purchases: defaultdict[int, list[Any]] = defaultdict(list)
    for each in sorted(written.activities, key=attrgetter("id")):
        yield from _judge_gross(each, orders.get(each.id))
        purchases[each.takes_back or each.id].append(each)
    for steps in purchases.values():
        yield from _judge_steps(steps, baskets)


def _list_stated(entries: Sequence[Any], name: str) -> Mapping[int, Any]:
    """By the ids of activities: all entries of one state the same."""
    return {e.activity_id: e.breakdown[name] for e in entries if e.breakdown and name in e.breakdown}


def _judge_gross(activity: Any, order: int | None) -> Iterator[Breach]:
    gross = activity.gross_minor
    if order is not None and gross != order:
        yield _doubt(f"gross_minor of activity {activity.id} is {gross}, by its entry {order}")
    elif gross < activity.eligible_minor:
        yield _doubt(
            f"gross_minor of activity {activity.id} is {gross}, {activity.eligible_minor} of it earned"
        )


def _judge_steps(steps: Sequence[Any], baskets: Mapping[int, Any]) -> Iterator[Breach]:
    """An activity and what took it back, in their order. After the first that is wrong the others cannot be right."""
    left, basket = 0, None
    returns = [step for step in steps if step.kind != Done.UNDONE]
    for step in returns:
        basket = baskets.get(step.id)
        if basket and basket["eligible"] != left + step.eligible_minor:
            what = f"eligible_minor of activity {step.id} is {step.eligible_minor}, by its entries "
            yield _doubt(f"{what}{basket['eligible'] - left}")
            return
        left += step.eligible_minor
    kept = (steps[0].details or {}).get("basket", _VISIT)
    if kept != (basket or {**kept, "eligible": left}):
        yield _doubt(f"activity {steps[0].id} has another basket than its purchase and its returns left")
    # Undone as a whole, it keeps its basket.
    for undone in steps[len(returns) :]:
        if undone.eligible_minor != -left:
            what = f"eligible_minor of activity {undone.id} is {undone.eligible_minor}"
            yield _doubt(f"{what}, what it undoes {left}")


def _doubt(what: str) -> Breach:
    return Breach(Invariant.FOLLOWS, what)
