"""The lines of a ledger. Lines are appended and never changed; a balance is their sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from walletpass.loyalty.units import Unit


class EntryKind(StrEnum):
    EARN = "earn"
    BONUS = "bonus"
    """Units that no purchase earned: welcome, birthday, a reward of units."""
    ADJUST = "adjust"
    """By hand, with a reason."""
    REDEEM = "redeem"
    """A reward was used, or units were paid for one."""
    CONVERT = "convert"
    """A full card, or points that reached a threshold, turned into a reward."""
    EXPIRE = "expire"
    FORFEIT = "forfeit"
    """Taken away with a reason that is not time."""
    EXTEND_EXPIRY = "extend_expiry"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    IMPORT = "import"
    REVERSE_EARN = "reverse_earn"
    REVERSE_CONVERT = "reverse_convert"
    REVERSE_REDEEM = "reverse_redeem"
    REVERSE_EXPIRE = "reverse_expire"


REVERSALS = {
    EntryKind.EARN: EntryKind.REVERSE_EARN,
    EntryKind.BONUS: EntryKind.REVERSE_EARN,
    EntryKind.CONVERT: EntryKind.REVERSE_CONVERT,
    EntryKind.REDEEM: EntryKind.REVERSE_REDEEM,
    EntryKind.EXPIRE: EntryKind.REVERSE_EXPIRE,
}

MAY_OWE = (EntryKind.REVERSE_EARN, EntryKind.TRANSFER_IN)
"""Debits that are written also where there is not enough: the next credits pay for it."""


class RewardState(StrEnum):
    """Of a reward in a member's hand."""

    ISSUED = "issued"
    RESERVED = "reserved"
    """Staff are about to give it; it comes back by itself."""
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOIDED = "voided"


class LotTerms(msgspec.Struct, frozen=True):
    """How long a credit can be used, where that is not by the program's policy."""

    expires_at: datetime | None = None
    """The instant at which it is gone; None: never."""
    available_from: datetime | None = None
    rolls: bool = False
    latest_at: datetime | None = None
    earned_on: date | None = None
    """Local day; None: that of the line."""


class Line(msgspec.Struct, frozen=True):
    """One entry to append."""

    kind: EntryKind
    quantity: int
    """Signed; 0 where only a reward changes hands."""
    reverses: int | None = None
    """Id of the entry that this one takes back."""
    of_bonus: bool = False
    """Whether that is a `bonus`: what it gave never counted as earned."""
    reward: int | None = None
    """Id of the issued reward that changes hands."""
    unit: Unit = Unit.STAMPS
    rule: str = ""
    """Id of the earn rule."""
    breakdown: Mapping[str, Any] = {}
    """How it came to be: JSON values, enough to compute it again for a refund and to tell it in a sentence."""
    reason: str = ""
    """Code, where nothing else says why: goodwill, late_sync …"""
    lot: LotTerms | None = None
    """Of a credit, where not by the program's policy."""
    lot_id: int | None = None
    """Of a debit that takes from this lot only: what has run out, or moves to another account."""

    @property
    def wakes(self) -> bool:
        """Whether units go on that should not have run out; those given back out of goodwill begin anew."""
        return self.kind is EntryKind.REVERSE_EXPIRE and self.reverses is not None


@dataclass(frozen=True, slots=True)
class PastEntry:
    """A line already in the ledger, as far as undoing needs it."""

    id: int
    kind: EntryKind
    quantity: int
    reward: int | None
    unit: Unit = Unit.STAMPS
