"""When phones asked what changed: noted in memory, written in batches.

So the question stays a read. What a crash loses is evidence of the last second, not a fact.
"""

from datetime import datetime
from threading import Lock

from walletpass.store import devices
from walletpass.store.session import Database

SECONDS_BETWEEN_FLUSHES = 1.0


class Sightings:
    def __init__(self) -> None:
        self._lock = Lock()
        self._listed: dict[int, datetime] = {}

    def note(self, topic_id: int, at: datetime) -> None:
        with self._lock:
            self._listed[topic_id] = at

    def flush(self, database: Database) -> int:
        """Write what was noted since the last time; how many topics. Raises StoreUnavailable, and keeps it then."""
        with self._lock:
            listed, self._listed = self._listed, {}
        if not listed:
            return 0
        try:
            # Not the services' transaction: nobody needs to be woken for it.
            with database.transaction() as tx:
                devices.note_listed(tx, listed)
        except BaseException:
            with self._lock:
                self._listed = {**listed, **self._listed}
            raise
        return len(listed)
