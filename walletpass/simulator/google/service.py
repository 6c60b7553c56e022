"""Answers calls: who asks, what goes wrong on request, what is done, and the log of it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from threading import Event
from time import perf_counter

from walletpass.clock import Clock
from walletpass.gpay.callbacks import CallbackKind
from walletpass.simulator.google.accounts import ServiceAccounts
from walletpass.simulator.google.batch import answer_batch
from walletpass.simulator.google.behaviour import Fault, Faults, Lost
from walletpass.simulator.google.call_log import CallLog, LoggedCall
from walletpass.simulator.google.callbacks import Callbacks
from walletpass.simulator.google.calls import (
    Answer,
    Call,
    ConnectionLost,
    Document,
    GoogleFault,
    answer_with,
    malformed,
    refusal,
)
from walletpass.simulator.google.memory import Kind, Memory
from walletpass.simulator.google.notifying import Notifying
from walletpass.simulator.google.resources import Permit, Resources
from walletpass.simulator.google.routes import SAVE_PAGE, Route, find_route
from walletpass.simulator.google.save_links import SaveLinks

_SECONDS_KEYS_LAST = 3600
_NOTIFYING_WORDS = (b"NOTIFY_ON_UPDATE", b"TEXT_AND_NOTIFY")
_Handler = Callable[[Route, Call], Answer]


class GoogleService:
    """Apart from any socket; every method may be called from any thread."""

    def __init__(
        self, clock: Clock, callbacks: Callbacks, faults: Faults, keys: Callable[[], Document]
    ) -> None:
        self.address = ""
        """Where it can be reached; stands in tokens and links."""
        self.memory, self.accounts, self.log = Memory(), ServiceAccounts(), CallLog()
        self.notifying = Notifying(self.memory)
        self.faults, self.callbacks, self.stopping = faults, callbacks, Event()
        self._clock, self._keys = clock, keys
        self.resources = Resources(self.memory, self.notifying, clock, lambda: faults.behaviour)
        self.links = SaveLinks(self.memory, self.accounts, self.resources, clock, self._tell)
        self._handlers: Mapping[str, _Handler] = {
            "token": lambda route, call: self.accounts.grant(call),
            "keys": self._answer_keys,
            "batch": lambda route, call: answer_batch(call, partial(self.answer, batched=True)),
            "phone.save": self._save,
            "phone.look": self._look,
            "phone.remove": self._remove,
        }

    def answer(self, call: Call, *, batched: bool = False) -> Answer:
        """Raises ConnectionLost where it was told to, for a batch as a whole."""
        route = find_route(call.method, call.path)
        if route is None:
            return malformed("The requested URL was not found on this server.", status=404).answer
        started = perf_counter()
        status = 0
        try:
            answer = self._answer(route, call)
            status = answer.status
        finally:
            took = perf_counter() - started
            notifies = route.verb != "batch" and any(word in call.body for word in _NOTIFYING_WORDS)
            now = self._clock.now()
            self.log.note(LoggedCall(now, route.name, route.id, status, took, notifies, batched))
        return answer

    def _answer(self, route: Route, call: Call) -> Answer:
        faults = self.faults.of(route.name)
        self.stopping.wait(sum(fault.delay for fault in faults))
        if any(fault.lost is Lost.BEFORE for fault in faults):
            raise ConnectionLost
        try:
            for fault in faults:
                _refuse(fault)
            answer = self._carry_out(route, call)
        except GoogleFault as fault:
            answer = fault.answer
        if any(fault.lost is Lost.AFTER for fault in faults):
            raise ConnectionLost
        return answer

    def _carry_out(self, route: Route, call: Call) -> Answer:
        if route.verb in self._handlers:
            return self._handlers[route.verb](route, call)
        permit = partial(self.accounts.permit, self.accounts.identify(call))
        return answer_with(self._write_or_read(route, call, permit))

    def _write_or_read(self, route: Route, call: Call, permit: Permit) -> Document:
        resources = self.resources
        match route.verb:
            case "jwt.insert":
                return self.links.insert(str(call.document.get("jwt")), self.address + SAVE_PAGE)
            case "jwt.validate":
                return self.links.validate(call.document)
            case "issuer.get":
                permit(route.id)
                return {"issuerId": route.id, "name": f"Issuer {route.id}"}
            case "insert":
                return resources.insert(Kind(route.kind), call.document, permit)
            case "list":
                return resources.page(Kind(route.kind), call.query, permit)
            case "get":
                return resources.get(Kind(route.kind), route.id, permit)
        change = {
            "update": resources.update,
            "patch": resources.patch,
            "addMessage": resources.add_message,
        }[route.verb]
        return change(Kind(route.kind), route.id, call.document, permit)

    def _answer_keys(self, route: Route, call: Call) -> Answer:
        keep = {"Cache-Control": f"public, max-age={_SECONDS_KEYS_LAST}"}
        return replace(answer_with(self._keys()), headers=keep)

    def _save(self, route: Route, call: Call) -> Answer:
        return answer_with({"saved": self.links.save(route.account, str(call.document.get("jwt")))})

    def _look(self, route: Route, call: Call) -> Answer:
        with self.memory.lock:
            account = self.memory.accounts.get(route.account)
            saved = account.saved if account else {}
            passes = [
                {
                    "object": self.memory.resources[Kind.OBJECT][object_id],
                    "class": self._class_of(object_id),
                    "savedAt": at,
                }
                for object_id, at in saved.items()
            ]
            notices = [asdict(notice) for notice in account.notices] if account else []
            return answer_with({"passes": passes, "notices": notices})

    def _remove(self, route: Route, call: Call) -> Answer:
        with self.memory.lock:
            removed = self.memory.let_go(route.account, route.id)
        if not removed:
            raise refusal(404, "resourceNotFound", f"{route.id} is not in the wallet.")
        self._tell(CallbackKind.DELETE, route.id)
        return answer_with({})

    def _tell(self, event: CallbackKind, object_id: str) -> None:
        self.callbacks.tell(event, object_id, self._class_of(object_id))

    def _class_of(self, object_id: str) -> Document:
        with self.memory.lock:
            class_id = self.memory.resources[Kind.OBJECT][object_id]["classId"]
            return self.memory.resources[Kind.CLASS][class_id]


def _refuse(fault: Fault) -> None:
    """Raises GoogleFault where the fault is an answer."""
    if fault.status:
        retry_after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        raise refusal(fault.status, fault.reason, "It was told to fail.", **retry_after)
