"""What the simulated APNs does wrong when it is told to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from walletpass.simulator.apns_answers import STATUS

USUAL_STREAM_LIMIT = 1000


class Fate(Enum):
    """What becomes of one push."""

    ANSWERED = auto()
    ANSWERED_THEN_GOAWAY = auto()
    CONNECTION_RESET = auto()
    STREAM_REFUSED = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Does nothing wrong by default. An `…_every` of n concerns one push in n, counted over all connections."""

    refusal: str = ""
    """A reason of `apns_answers.STATUS` that is answered where all else is well; empty for none."""
    refusal_every: int = 1
    refused_tokens: frozenset[str] = frozenset()
    """Push tokens that `refusal` is for; empty for all."""
    goaway_every: int = 0
    goaway_reason: str = "Shutdown"
    """Goes out as JSON in the frame's debug data."""
    reset_every: int = 0
    """The TCP connection is reset."""
    refused_stream_every: int = 0
    dropped_every: int = 0
    """No answer ever comes; the stream stays open and counts."""
    delay: float = 0
    """Seconds before each answer."""
    stream_limit: int = USUAL_STREAM_LIMIT
    """SETTINGS_MAX_CONCURRENT_STREAMS; open connections are told of a change."""

    def __post_init__(self) -> None:
        """Raises ValueError for a reason that APNs does not know."""
        for reason in filter(None, (self.refusal, self.goaway_reason)):
            if reason not in STATUS:
                raise ValueError(f"APNs has no reason {reason!r}; it has {', '.join(sorted(STATUS))}.")

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From an order: faults by name; its `ended` tokens are no behaviour. Raises ValueError."""
        faults = {name: value for name, value in told.items() if name != "ended"}
        return cls(**{**faults, "refused_tokens": frozenset(told.get("refused_tokens", ()))})

    def fate_of(self, number: int) -> Fate:
        """Of the `number`th push, counted from 1; where several are due, the first of these."""
        due = (
            (self.reset_every, Fate.CONNECTION_RESET),
            (self.refused_stream_every, Fate.STREAM_REFUSED),
            (self.dropped_every, Fate.DROPPED),
            (self.goaway_every, Fate.ANSWERED_THEN_GOAWAY),
        )
        return next((fate for every, fate in due if every and number % every == 0), Fate.ANSWERED)

    def refuses(self, number: int, push_token: str) -> bool:
        meant = not self.refused_tokens or push_token in self.refused_tokens
        return bool(self.refusal) and meant and number % self.refusal_every == 0
