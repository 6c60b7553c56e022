"""Who runs where: what is measured on one core, what it talks to on another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def stay_on_one_core() -> None:
    """Children started later stay there too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextmanager
def leaving_one_core() -> Iterator[None]:
    """What is started meanwhile runs beside the core on which is measured."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, all_cores - {max(all_cores)} or all_cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, all_cores)


def other_cores() -> set[int]:
    """All but the one that this process stays on, where there are others."""
    own = os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1)) - own or own
