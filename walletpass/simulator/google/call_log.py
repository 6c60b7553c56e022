"""Every call that was made, to be counted and looked at."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

_CALLS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class LoggedCall:
    at: datetime
    name: str
    """Like `loyaltyObject.patch`."""
    resource: str
    """Id of the class or object that it was about, if it names one in its address."""
    status: int
    """0: the connection was cut."""
    seconds: float
    notifies: bool
    """Whether it asked for a notification."""
    batched: bool


class CallLog:
    """The latest calls, and how many there were of each kind since `clear`. From any thread."""

    def __init__(self) -> None:
        self._calls: deque[LoggedCall] = deque(maxlen=_CALLS_KEPT)
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def note(self, call: LoggedCall) -> None:
        with self._lock:
            self._calls.append(call)
            self._counts[call.name] += 1

    def __iter__(self) -> Iterator[LoggedCall]:
        with self._lock:
            return iter(tuple(self._calls))

    @property
    def counts(self) -> Counter[str]:
        """By name; parts of a batch and the batch itself all count."""
        with self._lock:
            return self._counts.copy()

    @property
    def writes(self) -> int:
        """Calls that insert, update, patch or add a message."""
        return sum(
            times for name, times in self.counts.items() if name.startswith("loyalty") and _writes(name)
        )

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._counts.clear()


def _writes(name: str) -> bool:
    return name.partition(".")[2] not in ("get", "list")
