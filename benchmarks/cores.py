"""Who runs where: what is measured on one core, what it talks to on another."""

import os


def stay_on_one_core() -> None:
    """Children started later stay there too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def other_cores() -> set[int]:
    """All but the one that this process stays on, where there are others."""
    own = os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1)) - own or own
