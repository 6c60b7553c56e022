"""What a fleet's phones went through, counted."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles
from threading import Lock

from walletpass.simulator.agenda import Errand
from walletpass.simulator.messenger import Entry

_DONE = {Errand.REGISTER: (200, 201), Errand.LIST: (200, 204), Errand.FETCH: (200, 304)}
_USUAL = (200,)


@dataclass
class Counts:
    errands: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(errand, status) -> how often; status 0: no answer."""
    other: Counter[str] = field(default_factory=Counter)
    """`updated`, `unchanged`, `refused`, `dropped`, `complained`."""
    updating: list[float] = field(default_factory=list)
    """Seconds from the push, or the list asked without one, to the new pass in the wallet."""

    def add(self, entry: Entry) -> None:
        if entry.what in tuple(Errand):
            self.errands[entry.what, entry.status] += 1
            return
        self.other[entry.what] += 1
        if entry.what == "updated":
            self.updating.append(entry.seconds)

    def of(self, errand: Errand, *statuses: int) -> int:
        return sum(self.errands[errand, status] for status in statuses)

    @property
    def failures(self) -> Counter[tuple[str, int]]:
        """Requests that had no answer, or not one that is usual, by errand and status."""
        return Counter(
            {
                (errand, status): times
                for (errand, status), times in self.errands.items()
                if status not in _DONE.get(Errand(errand), _USUAL)
            }
        )

    def percentile(self, percent: int) -> float:
        """Of `updating`; 0 where there is none."""
        if len(self.updating) < 2:
            return sum(self.updating)
        return quantiles(self.updating, n=100, method="inclusive")[percent - 1]

    def line(self) -> str:
        return (
            f"{self.of(Errand.REGISTER, *_DONE[Errand.REGISTER]):5} registered "
            f"{self.of(Errand.LIST, *_DONE[Errand.LIST]):5} lists "
            f"{self.of(Errand.FETCH, 200):5} fetched {self.of(Errand.FETCH, 304):5} unchanged "
            f"{self.failures.total() + self.other['refused']:5} errors   "
            f"new pass after p50 {self.percentile(50) * 1000:6.0f} ms  p99 {self.percentile(99) * 1000:6.0f} ms"
        )


class Tally:
    """Counts of all time and of the stretch since `cut`. Takes entries from any thread."""

    def __init__(self) -> None:
        self.total, self._stretch = Counts(), Counts()
        self._lock = Lock()

    def note(self, entry: Entry) -> None:
        with self._lock:
            self.total.add(entry)
            self._stretch.add(entry)

    def cut(self) -> Counts:
        with self._lock:
            stretch, self._stretch = self._stretch, Counts()
        return stretch
