"""The account's lots and balances while lines are written: every credit becomes a lot, every debit takes from lots.

Lots and balances follow from entries and allocations, which are only ever added (see `walletpass ledger verify`).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from walletpass.loyalty.chain import SALT_BYTES, chain_hash, digest_note
from walletpass.loyalty.expiry import close, extended_units, grace_terms, lot_terms, roll, tell_extension
from walletpass.loyalty.ledger import MAY_OWE, EntryKind, Line, LotTerms
from walletpass.loyalty.local_days import local_day
from walletpass.loyalty.lots import Lot, Parts, absorb, allocate, end_of, has_begun, restore
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import UnitCount
from walletpass.operations.posting.request import Desk
from walletpass.store import ledger, lots
from walletpass.store.statements import add, put

GIVES_BACK = (EntryKind.REVERSE_CONVERT, EntryKind.REVERSE_REDEEM)
"""Credits that return what a debit took, to the lots that it took it from."""
SPENDS = (EntryKind.REDEEM, EntryKind.CONVERT, EntryKind.ADJUST, EntryKind.FORFEIT)
"""Debits that a balance has to reach for, less what is owed."""


def load_lot(row: Any) -> Lot:
    return Lot(
        id=row.entry_id,
        unit=Unit(row.unit),
        original=row.original,
        remaining=row.remaining,
        earned_on=row.earned_on,
        available_from=row.available_from,
        expires_at=row.expires_at,
        rolls=row.rolls,
        latest_at=row.latest_at,
    )


class Books:
    """`balance`: what can be used, less what is owed; `owed`; `roll_to`: when lots that roll end, of each unit."""

    def __init__(
        self, desk: Desk, activity_id: int, staff_id: int | None, happened_at: datetime | None = None
    ) -> None:
        self._desk = desk
        self._activity_id, self._staff_id = activity_id, staff_id
        self._happened_at = happened_at
        self._at = happened_at or desk.now
        account = desk.account
        self.balance = {Unit.STAMPS: account.stamps, Unit.POINTS: account.points}
        self.owed = {Unit.STAMPS: account.stamps_owed, Unit.POINTS: account.points_owed}
        self.roll_to = {Unit.STAMPS: account.stamps_roll_to, Unit.POINTS: account.points_roll_to}
        self.last_seq: int = account.last_seq
        self.chain_head: bytes = account.chain_head
        self.begins: set[datetime] = set()
        self.ends: set[datetime] = set()
        """Instants at which new lots can be used from, and at which they or those that roll run out."""
        self._open: dict[Unit, list[Lot]] = {}

    def begin(self, units: Mapping[Unit, int]) -> None:
        """What had to wait can be used now."""
        for unit, quantity in units.items():
            self.balance[unit] += quantity

    def write(self, line: Line, *, reward_id: int | None = None, note: str = "") -> int:
        """The entry's id. Raises Refusal balance_too_small."""
        terms = self._terms(line) if _is_new_credit(line) else None
        self.balance[line.unit] += self._sum_usable(line, terms)
        entry_id = self._append(line, reward_id or line.reward, note)
        if terms is not None:
            self._open_lot(line, entry_id, terms)
        elif line.quantity > 0:
            self._give_back(line, entry_id)
        elif line.quantity < 0:
            self._take(line, entry_id)
        for unit in extended_units(self._desk.program, line.kind, line.unit, line.quantity):
            self._roll(unit)
        return entry_id

    def _sum_usable(self, line: Line, terms: LotTerms | None) -> int:
        """By how much the line changes the balance: units that have to wait are not in it, but pay what is owed."""
        now = self._desk.now
        if terms is not None and terms.available_from is not None and terms.available_from > now:
            return absorb(line.quantity, self.owed[line.unit])
        if line.quantity >= 0:
            return line.quantity
        waiting = {lot.id for lot in self.list_open(line.unit) if not has_begun(lot, now)}
        if not waiting:
            return line.quantity
        parts, _ = self._choose(line)
        return line.quantity + sum(quantity for lot_id, quantity in parts if lot_id in waiting)

    def _append(self, line: Line, reward_id: int | None, note: str) -> int:
        desk, entries = self._desk, ledger.ledger_entries
        self.last_seq += 1
        salt = secrets.token_bytes(SALT_BYTES) if note else b""
        row = {
            "account_id": desk.account.id,
            "seq": self.last_seq,
            "kind": line.kind.value,
            "unit": line.unit.value,
            "quantity": line.quantity,
            "stamps_after": self.balance[line.unit],
            "activity_id": self._activity_id,
            "program_version_id": desk.version_id,
            "rule": line.rule,
            "breakdown": dict(line.breakdown) or None,
            "reason": line.reason,
            "note_digest": digest_note(salt, note) if note else None,
            "reverses_id": line.reverses,
            "issued_reward_id": reward_id,
            "staff_id": self._staff_id,
            "effective_at": self._happened_at,
            "recorded_at": desk.now,
        }
        self.chain_head = chain_hash(self.chain_head, row)
        entry_id = add(desk.tx, entries, desk.ids.take(entries), **row, hash=self.chain_head)
        if note:
            ledger.add_note(desk.tx, entry_id, salt, note)
        return entry_id

    def _terms(self, line: Line) -> LotTerms:
        return line.lot or lot_terms(self._desk.program.expiry, self._at, self._desk.program.zone)

    def _open_lot(self, line: Line, entry_id: int, terms: LotTerms) -> None:
        """What is owed is paid from it first."""
        unit, desk = line.unit, self._desk
        lot = {
            "account_id": desk.account.id,
            "entry_id": entry_id,
            "unit": unit.value,
            "original": line.quantity,
            "remaining": line.quantity,
            "used_up": False,
            "earned_on": terms.earned_on or local_day(self._at, desk.program.zone),
            "available_from": terms.available_from,
            "expires_at": terms.expires_at,
            "rolls": terms.rolls,
            "latest_at": terms.latest_at,
        }
        self._open.pop(unit, None)
        put(desk.tx, lots.lots, **lot)
        if absorbed := absorb(line.quantity, self.owed[unit]):
            self.owed[unit] -= absorbed
            lots.allocate(desk.tx, [(entry_id, entry_id, absorbed)])
        self.begins.update(filter(None, (terms.available_from,)))
        self.ends.update(filter(None, (terms.expires_at, terms.latest_at)))

    def _take(self, line: Line, entry_id: int) -> None:
        unit, desk = line.unit, self._desk
        parts, missing = self._choose(line)
        # What is owed goes first.
        if (missing and line.kind not in MAY_OWE) or (line.kind in SPENDS and self.balance[unit] < 0):
            there = self.balance[unit] - line.quantity
            raise Refusal("balance_too_small", balance=UnitCount(there, unit, desk.program.unit_names))
        if line.kind is EntryKind.EXPIRE:
            self._close(unit, parts)
        lots.allocate(desk.tx, [(lot_id, entry_id, quantity) for lot_id, quantity in parts])
        self.owed[unit] += missing
        self._open.pop(unit, None)

    def _choose(self, line: Line) -> tuple[Parts, int]:
        if line.lot_id is not None:
            return ((line.lot_id, -line.quantity),), 0
        first = line.reverses if line.kind is EntryKind.REVERSE_EARN else None
        roll_to = self.roll_to[line.unit]
        chosen = allocate(self.list_open(line.unit), -line.quantity, self._desk.now, roll_to, first)
        return chosen.parts, chosen.missing

    def _close(self, unit: Unit, parts: Parts) -> None:
        """A rolling date that moves later revives nothing."""
        ids = {lot_id for lot_id, _ in parts}
        for lot in self.list_open(unit):
            if lot.id in ids:
                terms = close(lot, end_of(lot, self.roll_to[unit]) or self._desk.now)
                lots.change_terms(self._desk.tx, lot.id, terms.expires_at, terms.rolls, terms.latest_at)

    def _give_back(self, line: Line, entry_id: int) -> None:
        """To the same lots; what has ended meanwhile comes as a new lot with days of grace."""
        desk, unit = self._desk, line.unit
        taken = lots.list_taken_by(desk.tx, line.reverses or 0)
        if line.lot is not None:  # it lives on after all
            for row in taken:
                terms = line.lot
                lots.change_terms(desk.tx, row.entry_id, terms.expires_at, terms.rolls, terms.latest_at)
            taken = lots.list_taken_by(desk.tx, line.reverses or 0)
        before = tuple((row.entry_id, row.taken) for row in taken)
        given = restore(before, map(load_lot, taken), desk.now, self.roll_to[unit], self.owed[unit])
        self.owed[unit] -= given.absorbed
        lots.allocate(desk.tx, [(lot_id, entry_id, -quantity) for lot_id, quantity in given.parts])
        self._open.pop(unit, None)
        # What was taken before there were lots is given back so too.
        anew = line.quantity - given.absorbed - sum(quantity for _, quantity in given.parts)
        if anew:
            terms = grace_terms(desk.program.grace_days, desk.now, desk.program.zone)
            self._open_lot(Line(line.kind, anew, unit=unit), entry_id, terms)

    def _roll(self, unit: Unit) -> None:
        """One write moves the end of everything that rolls; an entry says so."""
        policy, before = self._desk.program.expiry, self.roll_to[unit]
        after = roll(policy, self._at, self._desk.program.zone, before)
        if after != before:
            if before is not None and before <= self._at:
                lots.close_used_up(self._desk.tx, self._desk.account.id, unit.value, before)
            self.roll_to[unit] = after
            self.ends.add(after)
            if before is not None:
                self._append(tell_extension(unit, after), None, "")

    def list_open(self, unit: Unit) -> list[Lot]:
        if unit not in self._open:
            rows = lots.list_open(self._desk.tx, self._desk.account.id, unit.value)
            self._open[unit] = [load_lot(row) for row in rows]
        return self._open[unit]


def _is_new_credit(line: Line) -> bool:
    """Units that had run out come back into a lot of their own, unless they should not have: then into theirs."""
    return line.quantity > 0 and line.kind not in GIVES_BACK and not line.wakes
