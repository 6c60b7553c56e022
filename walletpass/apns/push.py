"""A push and what APNs made of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Push:
    id: int
    """The caller's, to know the answer by."""
    pass_type_identifier: str
    push_token: str = field(repr=False)


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    GONE = "gone"
    """The push token has ended."""
    LATER = "later"
    """Try again after a pause."""
    HALT = "halt"
    """The operator's fault, for every push of this pass type: stop, tell, keep the rows."""
    REFUSED = "refused"
    """Our fault, for this push: trying again is of no use."""


@dataclass(frozen=True, slots=True)
class Answer:
    push: Push
    verdict: Verdict
    reason: str = ""
    """APNs' own word, or the name of what went wrong on the way."""
    ended_at: datetime | None = None
    """With GONE, where APNs says it: since when the token is dead (aware, UTC)."""
