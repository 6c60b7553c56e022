"""An account's ledger as its owner reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.ledger import EntryKind
from walletpass.loyalty.program_document import load_program
from walletpass.loyalty.telling_entries import Posted, tell_posted
from walletpass.loyalty.units import Unit
from walletpass.loyalty.wording import Sentence
from walletpass.store import ledger, merchants
from walletpass.store.session import Transaction

_PAGE = 100


@dataclass(frozen=True, slots=True)
class HistoryLine:
    seq: int
    at: datetime
    kind: str
    quantity: int
    sentence: Sentence
    staff: str
    reason: str


def load_history(tx: Transaction, account: Any, *, before_seq: int | None = None) -> list[HistoryLine]:
    """Newest first, a page at a time: `before_seq` is the last line of the page before.

    Each line is told by the rules that it was posted under: "3 of 10" stays so when cards have eight stamps.
    """
    entries = ledger.list_history(tx, account.id, limit=_PAGE, before_seq=before_seq)
    rules = merchants.list_rules(tx, {entry.program_version_id for entry in entries})
    programs = {version_id: load_program(document) for version_id, document in rules.items()}
    return [
        HistoryLine(
            seq=e.seq,
            at=e.recorded_at,
            kind=e.kind,
            quantity=e.quantity,
            sentence=tell_posted(programs[e.program_version_id], load_posted(e)),
            staff=e.staff_name or "",
            reason=e.said,
        )
        for e in entries
    ]


def load_posted(entry: Any) -> Posted:
    """From a row with `reward_title` and `note`."""
    return Posted(
        kind=EntryKind(entry.kind),
        quantity=entry.quantity,
        unit=Unit(entry.unit),
        breakdown=entry.breakdown or {},
        reason=entry.reason,
        note=entry.note or "",
        reward=entry.reward_title or "",
        after=entry.stamps_after,
        at=entry.recorded_at,
    )
