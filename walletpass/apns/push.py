"""A push and what APNs made of it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Push(NamedTuple):
    id: int
    """The caller's, to know the answer by."""
    pass_type_identifier: str
    push_token: str

    def __repr__(self) -> str:
        """Without the token, which wakes a phone."""
        return f"Push(id={self.id}, pass_type_identifier={self.pass_type_identifier!r})"


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


class Answer(NamedTuple):
    push: Push
    verdict: Verdict = Verdict.ACCEPTED
    reason: str = ""
    """APNs' own word, or the name of what went wrong on the way."""
    ended_at: datetime | None = None
    """With GONE, where APNs says it: since when the token is dead (aware, UTC)."""
