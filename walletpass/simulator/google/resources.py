"""Classes and objects: what each call of the REST API does to them.

https://developers.google.com/wallet/reference/rest/v1/loyaltyobject
"""

from collections.abc import Callable, Mapping
from itertools import islice

from walletpass.clock import Clock
from walletpass.simulator.google.behaviour import Behaviour
from walletpass.simulator.google.calls import Document, malformed, refusal
from walletpass.simulator.google.judging import (
    judge_document,
    judge_message,
    judge_room,
    judge_surroundings,
)
from walletpass.simulator.google.memory import Kind, Memory
from walletpass.simulator.google.notifying import Notifying
from walletpass.simulator.google.spelling import spell_as_of_old

_NOT_KEPT = ("notifyPreference", "hasUsers", "classReference", "kind", "version")
"""Sent with a request, or added to an answer."""
_NOT_FOUND = {Kind.CLASS: "classNotFound", Kind.OBJECT: "resourceNotFound"}

Permit = Callable[[str], None]
"""Raises GoogleFault where the caller may not touch the resource with this id."""


class Resources:
    """Every method raises GoogleFault; what it was asked to do is done whole or not at all."""

    def __init__(
        self, memory: Memory, notifying: Notifying, clock: Clock, behaviour: Callable[[], Behaviour]
    ) -> None:
        self._memory, self._notifying, self._clock, self._behaviour = memory, notifying, clock, behaviour

    def insert(self, kind: Kind, document: Document, permit: Permit) -> Document:
        self.judge(kind, document)
        permit(document["id"])
        with self._memory.lock:
            if document["id"] in self._memory.resources[kind]:
                raise refusal(409, "existingResource", f"{kind} {document['id']} already exists.")
            self._put(kind, document)
            return self.show(kind, document["id"])

    def get(self, kind: Kind, resource_id: str, permit: Permit) -> Document:
        permit(resource_id)
        with self._memory.lock:
            self._find(kind, resource_id)
            return self.show(kind, resource_id)

    def update(self, kind: Kind, resource_id: str, document: Document, permit: Permit) -> Document:
        """What the document does not name is gone afterwards."""
        permit(resource_id)
        return self._replace(kind, resource_id, lambda old: {**document, "id": resource_id})

    def patch(self, kind: Kind, resource_id: str, changes: Document, permit: Permit) -> Document:
        """Members are replaced whole, lists as well; those that are null are gone afterwards."""
        permit(resource_id)
        if kind is Kind.CLASS and "reviewStatus" not in changes:
            raise refusal(400, "invalidResource", "reviewStatus must be set to UNDER_REVIEW or DRAFT.")

        def merge(old: Document) -> Document:
            merged = {**old, **changes, "id": resource_id}
            return {name: value for name, value in merged.items() if value is not None}

        return self._replace(kind, resource_id, merge)

    def add_message(self, kind: Kind, resource_id: str, request: Document, permit: Permit) -> Document:
        permit(resource_id)
        judge_message(request)
        message = request.get("message", {})
        with self._memory.lock:
            old = self._find(kind, resource_id)
            messages = [*old.get("messages", ()), message]
            judge_room(messages)
            if message.get("messageType") == "TEXT_AND_NOTIFY":
                self._notifying.tell_message(kind, resource_id, self._clock.now())
            self._memory.put_away(kind, {**old, "messages": messages})
            return {"resource": self.show(kind, resource_id)}

    def page(self, kind: Kind, query: Mapping[str, str], permit: Permit) -> Document:
        """All at once without `maxResults`. A page's `token` is the last id of the page before."""
        name = "issuerId" if kind is Kind.CLASS else "classId"
        wanted = query.get(name, "")
        permit(wanted)
        with self._memory.lock:
            ids = [each for each in self._memory.resources[kind] if self._belongs(kind, each, wanted)]
            start = ids.index(query["token"]) + 1 if query.get("token") in ids else 0
            most = _read_count(query.get("maxResults", "")) or len(ids)
            shown = list(islice(ids, start, start + most))
            pagination: Document = {"resultsPerPage": len(shown)}
            if start + most < len(ids):
                pagination["nextPageToken"] = shown[-1]
            answer: Document = {"kind": f"walletobjects#{kind}ListResponse", "pagination": pagination}
            return {**answer, "resources": [self.show(kind, each) for each in shown]} if shown else answer

    def show(self, kind: Kind, resource_id: str) -> Document:
        """As an answer shows it."""
        kept = self._memory.resources[kind][resource_id]
        if kind is Kind.OBJECT:
            of_class = self._memory.resources[Kind.CLASS][kept["classId"]]
            has_users = bool(self._memory.holders(resource_id))
            kept = {**kept, "hasUsers": has_users, "classReference": of_class}
        return spell_as_of_old(kind, kept) if self._behaviour().legacy_spellings else kept

    def _replace(self, kind: Kind, resource_id: str, change: Callable[[Document], Document]) -> Document:
        with self._memory.lock:
            new = change(self._find(kind, resource_id))
        self.judge(kind, new)
        with self._memory.lock:
            old = self._find(kind, resource_id)
            new = change(old)
            self._put(kind, new, old)
            if new.get("notifyPreference") == "NOTIFY_ON_UPDATE":
                self._notifying.tell_change(kind, old, new, self._clock.now())
            return self.show(kind, resource_id)

    def judge(self, kind: Kind, document: Document) -> None:
        """Not to be called under the memory's lock: images are asked for."""
        judge_document(kind, document)
        judge_surroundings(document, self._behaviour())

    def _find(self, kind: Kind, resource_id: str) -> Document:
        found = self._memory.resources[kind].get(resource_id)
        if found is None:
            raise refusal(404, _NOT_FOUND[kind], f"{kind} {resource_id} not found.")
        return found

    def _put(self, kind: Kind, document: Document, old: Document | None = None) -> None:
        kept = {name: value for name, value in document.items() if name not in _NOT_KEPT}
        if kind is Kind.CLASS:
            kept["reviewStatus"] = _review(kept["reviewStatus"], old)
        else:
            self._check_class(kept["classId"])
        self._memory.put_away(kind, kept)

    def _check_class(self, class_id: str) -> None:
        if self._find(Kind.CLASS, class_id)["reviewStatus"] == "DRAFT":
            raise refusal(400, "invalidResource", f"Class {class_id} is a draft and cannot have objects.")

    def _belongs(self, kind: Kind, resource_id: str, wanted: str) -> bool:
        if kind is Kind.CLASS:
            return resource_id.partition(".")[0] == wanted
        return bool(self._memory.resources[kind][resource_id]["classId"] == wanted)


def _review(status: str, old: Document | None) -> str:
    """What is under review is approved at once."""
    if status == "UNDER_REVIEW":
        return "APPROVED"
    if status == "DRAFT" and (old is None or old["reviewStatus"] == "DRAFT"):
        return status
    raise refusal(400, "invalidResource", f"reviewStatus {status} cannot be set.")


def _read_count(text: str) -> int:
    """0 where there is none."""
    if text and not text.isdecimal():
        raise malformed(f"Invalid value at 'max_results': {text}")
    return int(text or 0)
