"""Static parts kept for reuse, bounded by their bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock

from walletpass.pkpass.static import StaticPart


class StaticCache:
    """Drops what was used least recently. Of several threads that miss one key one builds, the rest wait."""

    def __init__(self, max_bytes: int) -> None:
        self.size = 0
        """Bytes held now."""
        self._max_bytes = max_bytes
        self._parts: OrderedDict[Hashable, StaticPart] = OrderedDict()
        self._building: dict[Hashable, Future[StaticPart]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, build: Callable[[], StaticPart]) -> StaticPart:
        """The part under that key, built if it is not there. An error of `build` goes to all who wait."""
        with self._lock:
            if part := self._parts.get(key):
                self._parts.move_to_end(key)
                return part
            others = self._building.get(key)
            mine = self._building.setdefault(key, Future())
        if others:
            return others.result()
        return self._build(key, build, mine)

    def _build(
        self, key: Hashable, build: Callable[[], StaticPart], result: Future[StaticPart]
    ) -> StaticPart:
        try:
            part = build()
        except BaseException as error:
            with self._lock:
                del self._building[key]
            result.set_exception(error)
            raise
        with self._lock:
            del self._building[key]
            self._keep(key, part)
        result.set_result(part)
        return part

    def _keep(self, key: Hashable, part: StaticPart) -> None:
        self._parts[key] = part
        self.size += part.size
        while self.size > self._max_bytes:
            _, dropped = self._parts.popitem(last=False)
            self.size -= dropped.size
