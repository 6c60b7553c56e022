"""How often and how long one call is tried."""

import random
from dataclasses import dataclass

from walletpass.gpay.errors import Failure, Verdict
from walletpass.gpay.timer import Timer


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds but `tries`."""

    tries: int = 5
    connect: float = 5.0
    read: float = 20.0
    """Longest silence."""
    total: float = 60.0
    """Everything together: waiting for a turn, all tries, the pauses between them."""
    first_pause: float = 0.5
    longest_pause: float = 30.0


IN_A_REQUEST = Patience(tries=2, connect=1.0, read=2.0, total=2.5)
"""Somebody looks at a page meanwhile."""


class Tries:
    """Those of one call."""

    def __init__(self, patience: Patience, timer: Timer) -> None:
        self.patience = patience
        self._timer = timer
        self._until = timer.monotonic() + patience.total
        self._made = 0

    @property
    def left(self) -> float:
        """Seconds; negative when time is up."""
        return self._until - self._timer.monotonic()

    def wait_after(self, failure: Failure) -> bool:
        """Return when it is time for another try, or at once with False where there is none.

        Pauses double, with full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        self._made += 1
        if failure.verdict is not Verdict.LATER or self._made >= self.patience.tries:
            return False
        longest = min(self.patience.longest_pause, self.patience.first_pause * 2 ** (self._made - 1))
        pause = max(random.uniform(0, longest), failure.retry_after)  # noqa: S311 - no secret
        if pause >= self.left:
            return False
        self._timer.sleep(pause)
        return True
