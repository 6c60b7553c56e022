"""All that Google keeps: classes, objects, and who holds what."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import RLock

from walletpass.simulator.google.calls import Document

_NOTICES_KEPT = 100


class Kind(StrEnum):
    """Of resource, as it stands in addresses."""

    CLASS = "loyaltyClass"
    OBJECT = "loyaltyObject"


class About(StrEnum):
    """What a notification is for."""

    UPDATE = "update"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Notice:
    number: int
    object_id: str
    about: About
    at: datetime


@dataclass
class Account:
    """A user's wallet, the same on all of its devices."""

    saved: dict[str, datetime] = field(default_factory=dict)
    """Object -> since when it is in the wallet; the oldest first."""
    notices: deque[Notice] = field(default_factory=lambda: deque(maxlen=_NOTICES_KEPT))


class Memory:
    """Documents are never changed in place: a new one takes the place of the old one. `lock` guards all of it."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.resources: dict[Kind, dict[str, Document]] = {kind: {} for kind in Kind}
        self.accounts: dict[str, Account] = {}
        self.owners: dict[str, str] = {}
        """Object -> the account that saved it first; nobody else may, where the class says so."""
        self.links: dict[str, list[str]] = {}
        """Objects behind the short links that were handed out for long tokens."""
        self.changes = 0
        """Rises with every change of anything."""
        self._holders: dict[str, set[str]] = {}

    def holders(self, object_id: str) -> set[str]:
        """Accounts that have the object in their wallet."""
        return self._holders.get(object_id, set())

    def put_away(self, kind: Kind, document: Document) -> None:
        self.resources[kind][document["id"]] = document
        self.changes += 1

    def hold(self, account: str, object_id: str, at: datetime) -> bool:
        """Whether it was not in the wallet yet."""
        self.owners.setdefault(object_id, account)
        saved = self.accounts.setdefault(account, Account()).saved
        is_new = object_id not in saved
        saved.setdefault(object_id, at)
        self._holders.setdefault(object_id, set()).add(account)
        self.changes += 1
        return is_new

    def let_go(self, account: str, object_id: str) -> bool:
        """Whether it was in the wallet."""
        holder = self.accounts.get(account)
        if holder is None or holder.saved.pop(object_id, None) is None:
            return False
        self._holders[object_id].discard(account)
        self.changes += 1
        return True

    def notify(self, object_id: str, about: About, at: datetime) -> None:
        """On every phone of those who hold the object."""
        for name in self.holders(object_id):
            notices = self.accounts[name].notices
            number = notices[-1].number + 1 if notices else 1
            notices.append(Notice(number, object_id, about, at))
        self.changes += 1

    def objects_of(self, class_id: str) -> Iterator[Document]:
        return (each for each in self.resources[Kind.OBJECT].values() if each["classId"] == class_id)
