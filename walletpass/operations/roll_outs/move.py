"""Move stale cards to the newest design, rules, list of places and state, a slice at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from walletpass.loyalty.goals import has_reached
from walletpass.loyalty.units import Unit
from walletpass.operations.delivery.tell import tell_holders
from walletpass.operations.posting.versions import next_version
from walletpass.operations.programs.versions import load_version
from walletpass.operations.rewards.give_due import give_due
from walletpass.operations.services import Services
from walletpass.store import changes, roll_outs
from walletpass.store.lanes import BULK
from walletpass.store.roll_outs import State
from walletpass.store.session import Transaction
from walletpass.store.statements import change

_EVERY = 0.1
"""Seconds between slices, unless the rate asks for more than MOST at once."""
MOST = 50
"""Cards in a slice. On SQLite a stamp waits while one is written."""
_LATE_WRITER = timedelta(seconds=10)
"""After which all cards are looked through once more: longer than any transaction is open. A stamp that began before
the publication and committed behind our back may have left its card with something that was replaced.
"""
_CATCH_UP = timedelta(seconds=1)
"""What a roll-out that was held up makes good; a worker that was down for an hour does not hurry afterwards."""


def move_due(services: Services) -> datetime | None:
    """Move one slice of the roll-out that has waited longest; when the next one is due.

    A card moves once, however many do this at the same time and wherever they are stopped: its new version and the
    place to go on from are one transaction.
    """
    now = services.clock.now()
    slice_ = _find_slice(services, now)
    if slice_ is not None:
        with services.transaction() as tx:
            roll_out = roll_outs.claim(tx, slice_.roll_out_id, slice_.after_id)
            if roll_out is not None:
                _move(services, tx, roll_out, slice_, now)
    with services.reading() as tx:
        return roll_outs.next_due(tx)


@dataclass(frozen=True, slots=True)
class _Slice:
    roll_out_id: int
    after_id: int
    account_ids: list[int]
    is_last: bool


def _find_slice(services: Services, now: datetime) -> _Slice | None:
    """Read before the transaction: where few of very many cards are stale, finding them takes long."""
    with services.reading() as tx:
        due = roll_outs.find_due(tx, now)
        if due is None:
            return None
        size = max(1, min(MOST, round(due.rate * _EVERY)))
        stale = roll_outs.list_stale(tx, due.program_id, due.last_account_id, size)
    return _Slice(due.id, due.last_account_id, stale, is_last=len(stale) < size)


def _move(services: Services, tx: Transaction, roll_out: Any, slice_: _Slice, now: datetime) -> None:
    ids = slice_.account_ids
    moved = _move_cards(services, tx, roll_out.program_id, ids, now) if ids else 0
    due_at = max(roll_out.due_at, now - _CATCH_UP) + timedelta(seconds=moved / roll_out.rate)
    progress = {"moved": roll_out.moved + moved, "due_at": due_at}
    if slice_.is_last and slice_.after_id == 0 and not moved:
        progress |= {"state": State.DONE, "ended_at": now}
    elif slice_.is_last:
        progress |= {"last_account_id": 0, "due_at": max(due_at, now + _LATE_WRITER)}
    else:
        progress["last_account_id"] = slice_.account_ids[-1]
    change(tx, roll_outs.roll_outs, roll_out.id, **progress)


def _move_cards(
    services: Services, tx: Transaction, program_id: int, account_ids: list[int], now: datetime
) -> int:
    """How many there were to move still. What one has reached by its new rules it has at once."""
    stale = roll_outs.lock_stale(tx, program_id, account_ids)
    if not stale:
        return 0
    newest, tag = roll_outs.get_newest(tx, program_id), changes.take_tag(tx)
    replaced = {card.place_list_id for card in stale if card.replaced_by_id}
    lists = roll_outs.find_replacements(tx, replaced) if replaced else {}
    roll_outs.move_cards(
        tx,
        [
            {
                "account_id": card.id,
                "design_version_id": newest.design_version_id,
                "program_version_id": card.program_version_id,
                "shown_state": newest.shown_state,
                "place_list_id": lists.get(card.place_list_id, card.place_list_id),
                "card_tag": tag,
                **next_version(card, now),
            }
            for card in stale
        ],
    )
    tell_holders(tx, [card.id for card in stale], now, lane=BULK)
    for card in stale:
        if _has_reached(services, tx, card):
            give_due(services, tx, card.id)
    return len(stale)


def _has_reached(services: Services, tx: Transaction, card: Any) -> bool:
    held = {Unit.STAMPS: card.stamps, Unit.POINTS: card.points}
    return has_reached(load_version(services, tx, card.program_version_id), held)
