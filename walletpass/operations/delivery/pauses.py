"""How long to wait before something is tried again."""

import random
from datetime import timedelta

_FIRST, _LONGEST = timedelta(seconds=5), timedelta(hours=1)
_FIRST_HALT = timedelta(minutes=1)


def growing_pause(attempts: int, first: timedelta = _FIRST) -> timedelta:
    """With jitter, so that many rows that failed together do not come back together."""
    return min(first * 2.0 ** min(attempts, 20), _LONGEST) * random.uniform(0.5, 1.0)  # noqa: S311


def halting_pause(attempts: int) -> timedelta:
    """Of all that one certificate or issuer sends."""
    return growing_pause(attempts, _FIRST_HALT)
