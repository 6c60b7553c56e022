"""Which changes make phones ring, and how often they may.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/trigger-push-notifications
"""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from walletpass.simulator.google.calls import Document, refusal
from walletpass.simulator.google.memory import About, Kind, Memory

MOST = 3
"""Notifications in a day: of messages by class or object, and apart from these of changed fields by object."""
_DAY = timedelta(hours=24)
_NOTIFYING_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CLASS: ("rewardsTier", "secondaryRewardsTier", "programName"),
    Kind.OBJECT: ("loyaltyPoints.balance", "secondaryLoyaltyPoints.balance"),
}


class Notifying:
    """To be used under the memory's lock only."""

    def __init__(self, memory: Memory) -> None:
        self.sent: Counter[About] = Counter()
        """By object, whether anybody holds it or not."""
        self._memory = memory
        self._taken: dict[tuple[About, str], deque[datetime]] = {}

    def tell_change(self, kind: Kind, old: Document, new: Document, now: datetime) -> None:
        """Silently nothing where no field changed that may notify, or the day's number is spent."""
        fields = _NOTIFYING_FIELDS[kind]
        if all(_find(old, path) == _find(new, path) for path in fields):
            return
        for object_id in self._objects(kind, new["id"]):
            if self._take(About.UPDATE, object_id, now):
                self._send(object_id, About.UPDATE, now)

    def tell_message(self, kind: Kind, resource_id: str, now: datetime) -> None:
        """Raises GoogleFault where the day's number is spent."""
        if not self._take(About.MESSAGE, resource_id, now):
            issuer = resource_id.partition(".")[0]
            what = kind.removeprefix("loyalty").lower()
            raise refusal(
                403,
                "quotaExceeded",
                f"Quota exceeded for issuer {issuer} when adding TEXT_AND_NOTIFY message to {what} {resource_id}",
            )
        for object_id in self._objects(kind, resource_id):
            self._send(object_id, About.MESSAGE, now)

    def _objects(self, kind: Kind, resource_id: str) -> list[str]:
        if kind is Kind.OBJECT:
            return [resource_id]
        return [each["id"] for each in self._memory.objects_of(resource_id)]

    def _send(self, object_id: str, about: About, now: datetime) -> None:
        self.sent[about] += 1
        self._memory.notify(object_id, about, now)

    def _take(self, about: About, resource_id: str, now: datetime) -> bool:
        taken = self._taken.setdefault((about, resource_id), deque())
        while taken and taken[0] <= now - _DAY:
            taken.popleft()
        if len(taken) == MOST:
            return False
        taken.append(now)
        return True


def _find(document: Document, path: str) -> object:
    found: object = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
