"""Post what time alone has done to an account: units that ran out or can be used now, rewards that ended.

Units that can be used now bring their rewards at once, and so does the place of a reward that ended.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from walletpass.loyalty.expiry import last_valid_day
from walletpass.loyalty.ledger import EntryKind, Line, RewardState
from walletpass.loyalty.lots import Lot, end_of, find_ended, has_begun
from walletpass.loyalty.program import ProgramState, can_earn
from walletpass.loyalty.rewards.issuing import Grant
from walletpass.loyalty.units import Unit
from walletpass.loyalty.warnings import last_note_at
from walletpass.operations.posting.books import Books, load_lot
from walletpass.operations.posting.outcome import Done
from walletpass.operations.posting.request import Desk, Post, Posting
from walletpass.operations.posting.shelf import load_shelf
from walletpass.operations.posting.times import next_change
from walletpass.operations.posting.write import write
from walletpass.operations.rewards.held_back import hold_back
from walletpass.operations.rewards.reach import reach
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
    brings = gone or any(begun.values())
    grants = _reach(desk, held, {line.lot_id for line in lines}, gone) if brings else ()
    handed = {row.id: RewardState.EXPIRED for row in gone}
    posting = Posting(Done.EXPIRED, lines, grants, handed, begun=begun)
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


def _reach(
    desk: Desk, held: Mapping[Unit, Sequence[Lot]], ended: Collection[int | None], gone: Iterable[Any]
) -> tuple[Grant, ...]:
    """By units that did not count when the account changed last, beside those that did and have not run out.

    A reward that is gone leaves its place to one that was held back.
    """
    before, added = {}, {}
    for unit in Unit:
        usable = [lot for lot in held[unit] if has_begun(lot, desk.now) and lot.id not in ended]
        waited = [
            lot for lot in usable if lot.available_from and lot.available_from >= desk.account.next_change_at
        ]
        added[unit] = sum(lot.remaining for lot in waited)
        owed = getattr(desk.account, f"{unit.value}_owed")
        before[unit] = sum(lot.remaining for lot in usable) - added[unit] - owed
    if not can_earn(ProgramState(desk.account.program_state)):
        hold_back(desk, before)
        return ()
    fewer = {template: -n for template, n in Counter(row.template for row in gone).items()}
    return reach(desk, load_shelf(desk).holding(fewer), before, added)


def _load_lots(desk: Desk, unit: Unit) -> list[Lot]:
    return [load_lot(row) for row in lots.list_open(desk.tx, desk.account.id, unit.value)]


def _rolling(desk: Desk, unit: Unit) -> datetime | None:
    at: datetime | None = getattr(desk.account, f"{unit.value}_roll_to")
    return at
