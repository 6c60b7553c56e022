"""What units bring once they count: milestones that are passed, thresholds that are reached."""

from collections.abc import Mapping, Sequence

from walletpass.loyalty.ledger import Line
from walletpass.loyalty.lots import has_begun
from walletpass.loyalty.rewards.issuing import Grant, Shelf, convert, issue_milestones, passes_one, sum_bonus
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.request import Desk, Posting
from walletpass.operations.posting.shelf import list_passed, load_shelf
from walletpass.store import lots

_NOTHING = dict.fromkeys(Unit, 0)


def reach(
    desk: Desk,
    shelf: Shelf,
    before: Mapping[Unit, int],
    added: Mapping[Unit, int],
    on_card: int | None = None,
) -> tuple[Grant, ...]:
    """What there was `before`, and what is `added` to it. What was due before and withheld comes too.

    `on_card`: stamps that may have brought their rewards already; None: those before.
    """
    grants: tuple[Grant, ...] = ()
    if desk.program.milestones:
        stamps = before[Unit.STAMPS]
        way = (desk.program.milestones, stamps, stamps + added[Unit.STAMPS])
        passed = list_passed(desk, stamps if on_card is None else on_card) if passes_one(*way) else ()
        grants = issue_milestones(shelf, *way, desk.now, passed).grants
    points = before[Unit.POINTS] + added[Unit.POINTS] + sum_bonus(grants, Unit.POINTS)
    if points <= 0:
        return grants
    return grants + convert(shelf.after(grants), Unit.POINTS, points, desk.now).grants


def reach_due(desk: Desk, lines: Sequence[Line], held: Mapping[str, int]) -> tuple[Grant, ...]:
    """What is due with what these lines leave: they lead up to no milestone.

    `held`: template -> by how many more, or fewer, of it the member then holds unused.
    """
    return reach(desk, load_shelf(desk).holding(held), _sum_left(desk, lines), _NOTHING)


def reach_by_bonus(desk: Desk, posting: Posting, given: Sequence[Grant]) -> tuple[Grant, ...]:
    """What rewards that are units bring, when they are `given` beside what is posted."""
    bonus = {unit: sum_bonus(given, unit) for unit in Unit}
    if not any(bonus.values()):
        return ()
    costs = filter(None, (grant.cost for grant in posting.grants))
    left = _sum_left(desk, (*posting.lines, *costs))
    before = {unit: usable + sum_bonus(posting.grants, unit) for unit, usable in left.items()}
    return reach(desk, load_shelf(desk).after((*posting.grants, *given)), before, bonus)


def _sum_left(desk: Desk, lines: Sequence[Line]) -> dict[Unit, int]:
    waiting = list_waiting(desk)
    return {unit: getattr(desk.account, unit.value) + sum_usable(desk, lines, unit, waiting) for unit in Unit}


def list_waiting(desk: Desk) -> dict[int, int]:
    """Lot -> what is in it that can be used only later."""
    held = [load_lot(row) for unit in Unit for row in lots.list_open(desk.tx, desk.account.id, unit.value)]
    return {lot.id: lot.remaining for lot in held if not has_begun(lot, desk.now)}


def sum_usable(desk: Desk, lines: Sequence[Line], unit: Unit, waiting: Mapping[int, int]) -> int:
    """By how much lines change what can be used. A reversed earn takes from its own lot first."""
    return sum(
        min(0, line.quantity + waiting.get(line.reverses or 0, 0)) if line.quantity < 0 else line.quantity
        for line in lines
        if line.unit is unit
        and not (line.lot and line.lot.available_from and line.lot.available_from > desk.now)
    )
