"""What the simulators of a running service are to do wrong: a file for each, as another process says it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

APNS_FILE, GOOGLE_FILE = "apns-faults.json", "google-faults.json"

Told = Mapping[str, Any]
"""Faults by their names; nothing: to do well."""


class Orders:
    """The file is gone when this begins. `look` may be called from any thread."""

    def __init__(self, path: Path, obey: Callable[[Told], object]) -> None:
        path.unlink(missing_ok=True)
        self._path, self._obey = path, obey
        self._seen = 0
        self._lock = Lock()

    def look(self) -> None:
        """Obeys what was ordered since the last look."""
        with self._lock:
            if (changed_at := self._find_time()) != self._seen:
                self._seen = changed_at
                self._obey(json.loads(self._path.read_bytes()) if changed_at else {})

    def _find_time(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return 0


def give_order(path: Path, told: Told) -> None:
    """In one step, as it may be read at any moment."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(dict(told)))
    draft.replace(path)
