"""Ticks. What is to be done lies in the database; a tick only looks."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every tick


def start_ticking(jobs: dict[Callable[[], bool], float]) -> BackgroundScheduler:
    """`jobs`: does something and says whether there may be more -> seconds between two looks."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for job, seconds in jobs.items():
        scheduler.add_job(_exhaust, "interval", (job,), seconds=seconds)
    scheduler.start()
    return scheduler


def _exhaust(job: Callable[[], bool]) -> None:
    try:
        while job():
            pass
    except Exception:  # the next tick looks again
        log.exception("tick.failed")
