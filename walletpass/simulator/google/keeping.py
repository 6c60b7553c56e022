"""What Google keeps, in a file, so that it survives a restart of the machine that plays Google."""

import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson

from walletpass.simulator.google.calls import Document
from walletpass.simulator.google.memory import About, Account, Kind, Memory, Notice

log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0


class Keeper:
    """Reads at the start, and writes about a second after a change: what happened since is lost when the process is
    killed. What cannot be read is forgotten."""

    def __init__(self, memory: Memory, path: Path) -> None:
        self._memory, self._path = memory, path
        self._kept = 0
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="google-keeper", daemon=True)

    def start(self) -> None:
        try:
            _restore(self._memory, orjson.loads(self._path.read_bytes()))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("google.unreadable", extra={"why": type(error).__name__})
        self._kept = self._memory.changes
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._save()

    def _save(self) -> None:
        """Whole or not at all, and only after a change."""
        with self._memory.lock:
            changes = self._memory.changes
            content = orjson.dumps(_describe(self._memory)) if changes != self._kept else b""
        if content:
            draft = self._path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.replace(self._path)
            self._kept = changes

    def _work(self) -> None:
        while not self._stopping.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                self._save()
            except OSError as error:
                log.warning("google.not_kept", extra={"why": type(error).__name__})


def _describe(memory: Memory) -> Document:
    return {
        "resources": {str(kind): found for kind, found in memory.resources.items()},
        "accounts": {name: _describe_account(account) for name, account in memory.accounts.items()},
        "owners": memory.owners,
        "links": memory.links,
    }


def _describe_account(account: Account) -> Document:
    return {"saved": account.saved, "notices": [asdict(notice) for notice in account.notices]}


def _restore(memory: Memory, told: dict[str, Any]) -> None:
    for kind in Kind:
        memory.resources[kind].update(told["resources"][kind])
    for name, account in told["accounts"].items():
        for object_id, at in account["saved"].items():
            memory.hold(name, object_id, datetime.fromisoformat(at))
        notices = memory.accounts.setdefault(name, Account()).notices
        notices.extend(
            Notice(
                each["number"], each["object_id"], About(each["about"]), datetime.fromisoformat(each["at"])
            )
            for each in account["notices"]
        )
    memory.owners.update(told["owners"])
    memory.links.update(told["links"])
