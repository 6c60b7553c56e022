"""A token bucket that all threads of a process share.

Google allows 20 requests per second: https://developers.google.com/wallet/retail/loyalty-cards/resources/faq
"""

import time
from math import inf
from threading import Lock

from walletpass.gpay.timer import Timer

RATE = 15.0
BURST = 5
"""Together never more than Google's 20 in any second."""
_LONGEST_PAUSE = 60.0


class Throttle:
    """`rate` requests a second, after `burst` at once where nothing was sent for a while.

    Whoever waits knows from the first moment until when: threads go in the order in which they came.
    """

    def __init__(self, rate: float = RATE, burst: int = BURST, timer: Timer = time) -> None:
        self._interval = 1 / rate
        self._slack = (burst - 1) * self._interval
        self._timer = timer
        self._due = -inf
        self._lock = Lock()

    def wait(self, at_most: float, count: int = 1) -> bool:
        """Return when `count` requests may be sent; or False, at once, if that takes more than `at_most` seconds."""
        with self._lock:
            now = self._timer.monotonic()
            due = max(self._due, now - self._slack)
            if due - now > at_most:
                return False
            self._due = due + count * self._interval
        if due > now:
            self._timer.sleep(due - now)
        return True

    def pause(self, seconds: float) -> None:
        """Google asked for that: no thread sends before, though never for more than a minute."""
        with self._lock:
            until = self._timer.monotonic() + min(seconds, _LONGEST_PAUSE)
            self._due = max(self._due, until)
