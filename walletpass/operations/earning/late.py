"""What arrives late: units that ran out meanwhile, and would not have, had it been known in time."""

from datetime import datetime

from walletpass.loyalty.expiry import reopen
from walletpass.loyalty.ledger import EntryKind, Line
from walletpass.loyalty.units import Unit
from walletpass.operations.posting.books import load_lot
from walletpass.operations.posting.request import Desk
from walletpass.store import ledger, lots


def bring_back(desk: Desk, happened_at: datetime) -> tuple[Line, ...]:
    """Into their own lots. Of the last days only: nothing older is taken from a till."""
    policy, zone = desk.program.expiry, desk.program.zone
    if not policy.rolls:
        return ()
    lines = []
    for entry in ledger.list_expired_since(desk.tx, desk.account.id, happened_at):
        for row in lots.list_taken_by(desk.tx, entry.id):
            terms = reopen(load_lot(row), policy, happened_at, zone, desk.now)
            if terms is not None:
                kind, unit = EntryKind.REVERSE_EXPIRE, Unit(entry.unit)
                lines.append(
                    Line(kind, row.taken, reverses=entry.id, unit=unit, reason="late_sync", lot=terms)
                )
    return tuple(lines)
