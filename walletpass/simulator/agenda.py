"""What a phone still has to ask of web services, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock

from walletpass.simulator.installed import PassKey

AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Errand(StrEnum):
    REGISTER = "register"
    LIST = "list"
    FETCH = "fetch"
    UNREGISTER = "unregister"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Task:
    errand: Errand
    service: str
    """The web service's address without `/v1`."""
    pass_type: str
    serial: str = ""
    token: str = field(default="", repr=False)
    """For a pass that is no longer in the wallet."""
    line: str = field(default="", repr=False)
    """To be logged."""
    listed: bool = False
    """The server said that this pass has changed since the tag it was asked with."""
    since: float = 0.0
    """Seconds of the process's counter at which the push came, or the list was asked without one."""
    tries: int = 0

    @property
    def key(self) -> PassKey:
        return PassKey(self.pass_type, self.serial)


class Agenda:
    """Tasks in the order in which they were put. Pushes put them from any thread, one thread takes them."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, ...], tuple[datetime, Task]] = {}
        self._lock = Lock()

    def put(self, task: Task, at: datetime = AT_ONCE) -> None:
        """The same task twice is done once, at the earlier time."""
        key = (task.errand, task.service, task.pass_type, task.serial, task.line)
        with self._lock:
            earlier = self._due.get(key)
            if earlier is None or at < earlier[0]:
                self._due[key] = (at, task)

    def put_again(self, task: Task, at: datetime) -> None:
        self.put(replace(task, tries=task.tries + 1), at)

    def take(self, now: datetime) -> Task | None:
        with self._lock:
            for key, (at, task) in self._due.items():
                if at <= now:
                    del self._due[key]
                    return task
        return None

    @property
    def next_at(self) -> datetime | None:
        with self._lock:
            return min((at for at, _ in self._due.values()), default=None)

    def __iter__(self) -> Iterator[tuple[datetime, Task]]:
        with self._lock:
            return iter(list(self._due.values()))
