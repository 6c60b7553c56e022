"""Post what time alone has done to an account: units that ran out or can be used now, rewards that ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.lots import Lot, end_of, find_ended, has_begun
from walletpass.loyalty.units import Unit
from walletpass.loyalty.warnings import last_note_at
from walletpass.operations.posting.books import Books, load_lot
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.times import next_change
from walletpass.operations.posting.write import write
from walletpass.operations.services import Services
from walletpass.store import accounts, due, lots, rewards
from walletpass.store.statements import change


def settle(services: Services, desk: Desk) -> None:
    """One line for each lot that ended with something left in it."""
    account = desk.account
    held = {unit: _load_lots(desk, unit) for unit in Unit}
    lines = tuple(
        Line(EntryKind.EXPIRE, -lot.remaining, unit=unit, lot_id=lot.id)
        for unit in Unit
        for lot in find_ended(held[unit], desk.now, _rolling(desk, unit))
    )
    gone = rewards.list_ended_rewards(desk.tx, account.id, desk.now)
    begun = _count_begun(desk, held)
    posting = Posting(Done.EXPIRED, lines, handed={row.id: RewardState.EXPIRED for row in gone}, begun=begun)
    for unit in Unit:
        _note_end(desk, unit, [lot for lot in held[unit] if lot.id in {line.lot_id for line in lines}])
    if lines or gone or any(begun.values()):
        write(services, desk, posting, Post(account.merchant_id, account.id, "", {}))
    else:
        books = Books(desk, 0, None)
        change(desk.tx, accounts.accounts, account.id, next_change_at=next_change(desk, posting, books))


def _note_end(desk: Desk, unit: Unit, ended: Sequence[Lot]) -> None:
    """The member is told in the morning after the last day."""
    if not ended:
        return
    zone, rolling = desk.program.zone, _rolling(desk, unit)
    at = max(end_of(lot, rolling) or desk.now for lot in ended)
    told = {
        "unit": unit.value,
        "quantity": sum(lot.remaining for lot in ended),
        "last_day": last_valid_day(at, zone).isoformat(),
    }
    due.put(desk.tx, desk.account.id, due.ENDED_NOTE, f"{unit.value} {at}", last_note_at(at, zone), told)


def _count_begun(desk: Desk, held: Mapping[Unit, Sequence[Lot]]) -> dict[Unit, int]:
    """Units that had to wait until now: what the balance does not know yet."""
    begun = {}
    for unit in Unit:
        known = getattr(desk.account, unit.value) + getattr(desk.account, f"{unit.value}_owed")
        begun[unit] = sum(lot.remaining for lot in held[unit] if has_begun(lot, desk.now)) - known
    return begun


def _load_lots(desk: Desk, unit: Unit) -> list[Lot]:
    return [load_lot(row) for row in lots.list_open(desk.tx, desk.account.id, unit.value)]


def _rolling(desk: Desk, unit: Unit) -> datetime | None:
    at: datetime | None = getattr(desk.account, f"{unit.value}_roll_to")
    return at
