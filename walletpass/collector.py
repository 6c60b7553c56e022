"""Python's garbage collector in a process that runs for long."""

import gc

_NEW_OBJECTS = 20_000
"""Between two looks. What has no cycle goes at once, without the collector."""


def rest_collector() -> None:
    """Call when everything is loaded. That never is garbage, and looking through it again and again takes a tenth of
    the time in which pushes are sent.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
