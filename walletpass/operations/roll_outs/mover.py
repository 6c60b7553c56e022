"""The thread that moves cards."""

from walletpass.operations.delivery.relay import Loop
from walletpass.operations.roll_outs.move import move_due
from walletpass.operations.services import Services

_LOOK_EVERY = 1.0
"""Seconds until a new roll-out is found. Commits do not wake it: nearly all of them are stamps, or its own."""
_BREATH = 0.01
"""Seconds between slices at the least, so that on SQLite others come to write."""


class RollOuts:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._loop = Loop("roll-outs", self._step)

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def _step(self) -> float:
        due = move_due(self._services)
        if due is None:
            return _LOOK_EVERY
        return min(_LOOK_EVERY, max(_BREATH, (due - self._services.clock.now()).total_seconds()))
