"""What came of something posted to a ledger: the same for every repetition of the request."""

from enum import StrEnum
from typing import Any, Self

import msgspec


class Done(StrEnum):
    STAMPED = "stamped"
    EARNED = "earned"
    """By rules: a purchase, a booking, a bonus."""
    GIVEN = "given"
    """By rules, without a visit: for a birthday, a friend, being most loyal."""
    UNDONE = "undone"
    REFUNDED = "refunded"
    RESERVED = "reserved"
    RELEASED = "released"
    REDEEMED = "redeemed"
    CHOSEN = "chosen"
    """A reward taken for its price."""
    ADJUSTED = "adjusted"
    EXPIRED = "expired"
    EXTENDED = "extended"
    MOVED = "moved"
    """To or from another account of the same person."""
    IMPORTED = "imported"
    PROMOTED = "promoted"
    """To another tier."""


VISITS = (Done.STAMPED, Done.EARNED)
UNDOABLE = (*VISITS, Done.REDEEMED, Done.CHOSEN)
"""At the counter."""


class Ready(msgspec.Struct, frozen=True):
    """A reward in the member's hand."""

    id: int
    title: str


class Outcome(msgspec.Struct, frozen=True):
    done: Done
    account_id: int
    member: str
    stamps: int
    goal: int
    added: int
    """Stamps added (or, negative, taken back) by this request."""
    gained: tuple[str, ...]
    """Titles of the rewards that this request brought."""
    ready: tuple[Ready, ...]
    version: int
    """Of the card afterwards."""
    points: int = 0
    added_points: int = 0
    repeat: bool = False
    """A second scan within the repeat window: nothing was posted, this is how the card stands."""

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document

    @classmethod
    def load(cls, document: dict[str, Any]) -> Self:
        return msgspec.convert(document, cls)
