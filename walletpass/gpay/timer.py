"""Waiting, so that a test need not."""

from typing import Protocol


class Timer(Protocol):
    """The module `time` is one."""

    def monotonic(self) -> float:
        """Seconds since whenever."""

    def sleep(self, seconds: float, /) -> None: ...
