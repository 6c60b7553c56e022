"""What units bring once they count: milestones that are passed, thresholds that are reached."""

from collections.abc import Mapping

from walletpass.loyalty.rewards.issuing import Grant, Shelf, convert, issue_milestones, passes_one
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.request import Desk
from walletpass.operations.posting.shelf import list_passed


def reach(
    desk: Desk, shelf: Shelf, before: Mapping[Unit, int], added: Mapping[Unit, int]
) -> tuple[Grant, ...]:
    """What there was `before`, and what is `added` to it."""
    grants: tuple[Grant, ...] = ()
    if added[Unit.STAMPS] > 0 and desk.program.milestones:
        stamps = before[Unit.STAMPS]
        way = (desk.program.milestones, stamps, stamps + added[Unit.STAMPS])
        passed = list_passed(desk, stamps) if passes_one(*way) else ()
        grants = issue_milestones(shelf, *way, desk.now, passed).grants
    if added[Unit.POINTS] > 0:
        points = before[Unit.POINTS] + added[Unit.POINTS]
        grants += convert(shelf.after(grants), Unit.POINTS, points, desk.now).grants
    return grants
