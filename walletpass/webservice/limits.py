"""How often phones may ask.

A carrier puts thousands of phones behind one address, so what names a phone or a pass is counted by that name.
Only who names nobody that can be proved is counted by address.
"""

from collections import Counter
from datetime import datetime
from typing import cast

from flask import Blueprint, Flask
from flask.typing import RouteCallable
from flask_limiter import Limiter

MOST_PER_SECOND = 50
"""Requests for one path, which names a phone or a pass: only a loop asks so often."""
BY_ADDRESS = {"take_log": "120 per minute", "sign_up": "60 per minute"}
"""Endpoint -> requests of one address."""


class Tally:
    """Counts by name within one second. The limiter's own memory walks over all names a hundred times a second
    and starts threads for it, which here would cost more than the answers."""

    def __init__(self) -> None:
        self._second: datetime | None = None
        self._counts: Counter[str] = Counter()

    def count(self, name: str, now: datetime) -> int:
        """So many with this one. Threads that count at the same moment may lose one."""
        second = now.replace(microsecond=0)
        if second != self._second:
            self._second, self._counts = second, Counter()
        self._counts[name] += 1
        return self._counts[name]


def limit_addresses(app: Flask, limiter: Limiter, webservice: Blueprint) -> None:
    """Phones are not counted by address anywhere else."""
    limiter.exempt(webservice)
    for name, rate in BY_ADDRESS.items():
        endpoint = f"{webservice.name}.{name}"
        limited = limiter.limit(rate)(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(RouteCallable, limited)
