"""How long to wait before something is tried again."""

import random
from datetime import timedelta

_FIRST, _LONGEST = timedelta(seconds=5), timedelta(hours=1)


def growing_pause(attempts: int, first: timedelta = _FIRST, longest: timedelta = _LONGEST) -> timedelta:
    """With jitter, so that many rows that failed together do not come back together."""
    return min(first * 2.0 ** min(attempts, 20), longest) * random.uniform(0.5, 1.0)  # noqa: S311
