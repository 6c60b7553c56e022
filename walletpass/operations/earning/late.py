"""What arrives late: units that ran out meanwhile, and would not have, had it been known in time."""

from collections.abc import Iterable
from datetime import datetime

from walletpass.loyalty.expiry import extended_units, reopen
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.request import Desk
from walletpass.store import ledger, lots


def bring_back(desk: Desk, happened_at: datetime, earned: Iterable[Line]) -> tuple[Line, ...]:
    """Into their own lots: units of the kinds that were `earned` then. Of the last days only: nothing older is taken
    from a till.
    """
    policy, zone = desk.program.expiry, desk.program.zone
    kept = {unit for e in earned for unit in extended_units(desk.program, e.kind, e.unit, e.quantity)}
    if not kept:
        return ()
    lines = []
    for entry in ledger.list_expired_since(desk.tx, desk.account.id, happened_at):
        if entry.unit not in kept:
            continue
        for row in lots.list_taken_by(desk.tx, entry.id):
            terms = reopen(load_lot(row), policy, happened_at, zone, desk.now)
            if terms is not None and not ledger.is_undone(desk.tx, row.entry_id):
                kind, unit = EntryKind.REVERSE_EXPIRE, Unit(entry.unit)
                lines.append(
                    Line(kind, row.taken, reverses=entry.id, unit=unit, reason="late_sync", lot=terms)
                )
    return tuple(lines)
