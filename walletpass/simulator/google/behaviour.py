"""What the simulated Google does wrong, or forbids, when it is told to."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum, auto
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any, Self

from walletpass.simulator.google.routes import NAMES


class Lost(Enum):
    """When the connection is cut."""

    NEVER = auto()
    BEFORE = auto()
    """Nothing was carried out."""
    AFTER = auto()
    """The call was carried out, its answer is lost."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Concerns one in `every` of the `calls`, and no more than `times` of them; 0: without end."""

    calls: str = "*"
    """A call's name with wild cards: `token`, `loyaltyObject.patch`, `loyaltyClass.*`."""
    status: int = 0
    """Answered instead of carrying the call out; 0: it is carried out."""
    reason: str = "backendError"
    retry_after: int | None = None
    """Seconds, sent with `status`."""
    delay: float = 0
    """Seconds before the answer."""
    lost: Lost = Lost.NEVER
    every: int = 1
    times: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for calls that nobody makes."""
        if not any(fnmatchcase(name, self.calls) for name in NAMES):
            raise ValueError(f"Google has no call {self.calls!r}; it has {', '.join(NAMES)}.")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Does nothing wrong by default."""

    faults: tuple[Fault, ...] = ()
    legacy_spellings: bool = False
    """Answers spell enumerations as of old and name a `kind`."""
    fetches_images: bool = False
    """Whether every image's address is asked for; else all are taken to be good."""
    unreachable_images: tuple[str, ...] = ()
    """Addresses with wild cards that are refused in either case."""
    allows_locations: bool = True
    """Whether issuers are on the list for merchant locations."""
    loses_callbacks: bool = False
    sends_callbacks: int = 1
    """How often each of them."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """From an order: the members of one fault and of the whole, side by side. Raises ValueError."""
        names = {field.name for field in fields(Fault)}
        fault = {name: value for name, value in told.items() if name in names}
        whole = {name: value for name, value in told.items() if name not in names}
        fault["lost"] = Lost[fault.get("lost", Lost.NEVER.name).upper()]
        whole["unreachable_images"] = tuple(whole.get("unreachable_images", ()))
        return cls(faults=(Fault(**fault),), **whole)

    def is_unreachable(self, image: str) -> bool:
        return any(fnmatchcase(image, pattern) for pattern in self.unreachable_images)


class Faults:
    """Counts calls from any thread, and says which faults one meets."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.look: Callable[[], None] = lambda: None
        """Whether there are new orders; before each call."""
        self._seen: Counter[Fault] = Counter()
        self._lock = Lock()

    def behave(self, behaviour: Behaviour) -> None:
        """From the next call on; counts begin anew."""
        with self._lock:
            self.behaviour = behaviour
            self._seen.clear()

    def of(self, name: str) -> list[Fault]:
        self.look()
        return [
            fault for fault in self.behaviour.faults if fnmatchcase(name, fault.calls) and self._due(fault)
        ]

    def _due(self, fault: Fault) -> bool:
        with self._lock:
            self._seen[fault] += 1
            seen = self._seen[fault]
        over = fault.times and seen > fault.times * fault.every
        return seen % fault.every == 0 and not over
