"""The lines of a ledger. Lines are appended and never changed; a balance is their sum."""

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    EARN = "earn"
    CONVERT = "convert"
    """A full card turned into a reward."""
    REDEEM = "redeem"
    REVERSE_EARN = "reverse_earn"
    REVERSE_CONVERT = "reverse_convert"
    REVERSE_REDEEM = "reverse_redeem"


REVERSALS = {
    EntryKind.EARN: EntryKind.REVERSE_EARN,
    EntryKind.CONVERT: EntryKind.REVERSE_CONVERT,
    EntryKind.REDEEM: EntryKind.REVERSE_REDEEM,
}


class RewardState(StrEnum):
    """Of a reward in a member's hand."""

    ISSUED = "issued"
    REDEEMED = "redeemed"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to append."""

    kind: EntryKind
    quantity: int
    """Signed stamps; 0 where only a reward changes hands."""
    reverses: int | None = None
    """Id of the entry that this one takes back."""
    reward: int | None = None
    """Id of the issued reward that changes hands."""


@dataclass(frozen=True, slots=True)
class PastEntry:
    """A line already in the ledger, as far as undoing needs it."""

    id: int
    kind: EntryKind
    quantity: int
    reward: int | None
