"""What never changes once it was written: read once and kept."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
_MOST = 1000


class Kept(Generic[Value]):
    def __init__(self) -> None:
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, read: Callable[[], Value]) -> Value:
        known = self._values.get(key)
        if known is None:
            known = read()
            if len(self._values) >= _MOST:
                self._values.clear()
            self._values[key] = known
        return known
