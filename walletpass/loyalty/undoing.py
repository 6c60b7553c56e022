"""Taking back the last thing that was done to a card: by new lines, never by erasing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from walletpass.loyalty.ledger import REVERSALS, EntryKind, Line, PastEntry, RewardState
from walletpass.loyalty.program import Limits
from walletpass.loyalty.refusals import Refusal


def decide_undo(
    limits: Limits,
    entries: Sequence[PastEntry],
    happened_at: datetime,
    rewards: Sequence[RewardState],
    now: datetime,
    *,
    at_any_time: bool = False,
) -> tuple[Line, ...]:
    """Lines that take back one activity: its `entries`, and the states of the `rewards` that it issued.

    Raises Refusal: nothing_to_undo, undo_too_late, reward_already_used.
    """
    reversible = [entry for entry in reversed(entries) if entry.kind in REVERSALS]
    # Units that were given or taken by hand stay: an activity is taken back as a whole or not at all.
    if not reversible or any(entry.quantity for entry in entries if entry.kind not in REVERSALS):
        raise Refusal("nothing_to_undo")
    if not at_any_time and now - happened_at > timedelta(seconds=limits.undo_window):
        raise Refusal("undo_too_late", seconds=limits.undo_window)
    if RewardState.REDEEMED in rewards:
        raise Refusal("reward_already_used")
    return tuple(
        Line(REVERSALS[e.kind], -e.quantity, e.id, e.kind is EntryKind.BONUS, e.reward, e.unit)
        for e in reversible
    )
