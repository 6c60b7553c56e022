"""The phone's side of the web service: what it asks, what it believes, what it complains about.

https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter
from urllib.parse import quote

import orjson

from walletpass.pkpass.bundle import PASS_MEDIA_TYPE
from walletpass.simulator.agenda import Agenda, Errand, Task
from walletpass.simulator.complaints import (
    INVALID_LIST,
    INVALID_PASS,
    tell_error,
    tell_stranger,
    tell_unchanged,
)
from walletpass.simulator.installed import InstalledPass, PassRefused, Trust, read_passes
from walletpass.simulator.wallet import Wallet
from walletpass.simulator.wire import Answer, Request, RequestFailed, Wire

PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Before a failed request is repeated; after the last it is dropped. Apple says several times, growing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened between phone and server."""

    at: datetime
    what: str
    """An errand; or `updated`, `unchanged`, `refused`, `dropped`, `complained`."""
    status: int = 0
    """Of an errand's answer; 0 where none came."""
    seconds: float = 0.0
    """An errand: until its answer. `updated`: since the push came, or since the list was asked without one."""
    text: str = ""


Listener = Callable[[Entry], None]


@dataclass(slots=True)
class Device:
    """What a web service and the push service know the phone by."""

    library_id: str = field(repr=False)
    push_token: str = field(repr=False)


class Messenger:
    def __init__(
        self,
        device: Device,
        wallet: Wallet,
        trust: Trust,
        wire: Wire,
        tell: Listener,
        pauses: Sequence[timedelta] = PAUSES,
    ) -> None:
        self.agenda = Agenda()
        self.tags: dict[tuple[str, str], str] = {}
        """(web service, pass type) -> what the last list said."""
        self._device, self._wallet, self._trust, self._wire = device, wallet, trust, wire
        self._tell, self._pauses = tell, pauses
        self._errands = {
            Errand.REGISTER: self._register,
            Errand.LIST: self._list,
            Errand.FETCH: self._fetch,
            Errand.UNREGISTER: self._unregister,
            Errand.LOG: self._log,
        }

    def run(self, task: Task, now: datetime) -> None:
        try:
            self._errands[task.errand](task, now)
        except RequestFailed as failure:
            if failure.answered and task.errand is not Errand.LOG:
                known = self._known(task)
                self._complain(task, tell_error(task, str(failure), self._device.library_id, known, now), now)
            if failure.again:
                self._repeat(task, now)

    def _repeat(self, task: Task, now: datetime) -> None:
        if task.tries < len(self._pauses):
            self.agenda.put_again(task, now + self._pauses[task.tries])
        else:
            self._tell(Entry(now, "dropped", text=task.errand))

    def _register(self, task: Task, now: datetime) -> None:
        if not self._follows(task):
            return
        token = self._wallet.cards[task.key].token
        body = {"pushToken": self._device.push_token}
        request = Request("POST", self._registration(task), token=token, body=body)
        self._send(task, now, request).expect(200, 201)

    def _unregister(self, task: Task, now: datetime) -> None:
        if not self._follows(task):
            request = Request("DELETE", self._registration(task), token=task.token)
            self._send(task, now, request).expect(200)

    def _list(self, task: Task, now: datetime) -> None:
        task = replace(task, since=task.since or perf_counter())
        known = self._known(task)
        query = {"passesUpdatedSince": known} if known else None
        answer = self._send(task, now, Request("GET", self._registrations(task), query=query))
        if answer.status == 204:
            return
        answer.expect(200)
        serials, tag = _read_list(answer)
        self.tags[task.service, task.pass_type] = tag
        for serial in serials:
            fetch = replace(task, errand=Errand.FETCH, serial=serial, listed=bool(known), tries=0)
            if self._follows(fetch):
                self.agenda.put(fetch)
            elif not self._is_leaving(fetch):
                self._complain(task, tell_stranger(task, serial, now), now)

    def _fetch(self, task: Task, now: datetime) -> None:
        old = self._wallet.cards.get(task.key)
        if old is None or old.service != task.service:
            return
        address = f"{task.service}/v1/passes/{_quoted(task.pass_type)}/{_quoted(task.serial)}"
        request = Request("GET", address, token=old.token, modified=old.modified)
        answer = self._send(task, now, request)
        if answer.status == 304:
            self._note_unchanged(task, old, now, sent_whole=False)
            return
        answer.expect(200)
        new = replace(self._judge(old, answer, now), modified=answer.modified)
        if new.digest == old.digest:
            self._note_unchanged(task, old, now, sent_whole=True)
            self._wallet.update(replace(old, modified=answer.modified), now)
        else:
            self._wallet.update(new, now)
            self._move_registration(old, new)
            self._tell(Entry(now, "updated", seconds=perf_counter() - task.since if task.since else 0.0))

    def _log(self, task: Task, now: datetime) -> None:
        request = Request("POST", f"{task.service}/v1/log", body={"logs": [task.line]})
        self._send(task, now, request).expect(200)

    def _judge(self, old: InstalledPass, answer: Answer, now: datetime) -> InstalledPass:
        """The pass in the answer; the old one stays where it is not a newer version of the same pass."""
        try:
            if answer.media_type != PASS_MEDIA_TYPE:
                raise RequestFailed(INVALID_PASS)
            new, *others = read_passes(answer.body, self._trust, self._wallet.language, now)
        except PassRefused as refused:
            self._tell(Entry(now, "refused", text=str(refused)))
            raise RequestFailed(INVALID_PASS) from None
        if others or new.key != old.key or new.token not in (old.token, ""):
            raise RequestFailed(INVALID_PASS)
        return new

    def _move_registration(self, old: InstalledPass, new: InstalledPass) -> None:
        """A pass that ended, or moved to another web service, is asked about no more at the old one."""
        if new.service != old.service:
            self.agenda.put(task_for(Errand.UNREGISTER, old))
            if new.service:
                self.agenda.put(task_for(Errand.REGISTER, new))

    def _note_unchanged(self, task: Task, old: InstalledPass, now: datetime, *, sent_whole: bool) -> None:
        self._tell(Entry(now, "unchanged"))
        if task.listed or (sent_whole and old.modified):
            self._complain(task, tell_unchanged(task, old.modified, now, sent_whole=sent_whole), now)

    def _complain(self, task: Task, line: str, now: datetime) -> None:
        self._tell(Entry(now, "complained", text=line))
        self.agenda.put(Task(Errand.LOG, task.service, task.pass_type, line=line))

    def _follows(self, task: Task) -> bool:
        """Whether the phone wants to hear of the task's pass from the task's web service."""
        card = self._wallet.cards.get(task.key)
        return card is not None and card.service == task.service and task.key not in self._wallet.quiet

    def _is_leaving(self, task: Task) -> bool:
        """A pass may be listed until the server has heard that it was removed."""
        return any(
            waiting.errand is Errand.UNREGISTER and waiting.key == task.key for _, waiting in self.agenda
        )

    def _known(self, task: Task) -> str:
        if task.errand is Errand.LIST:
            return self.tags.get((task.service, task.pass_type), "")
        card = self._wallet.cards.get(task.key)
        return card.modified if card else ""

    def _registrations(self, task: Task) -> str:
        device = _quoted(self._device.library_id)
        return f"{task.service}/v1/devices/{device}/registrations/{_quoted(task.pass_type)}"

    def _registration(self, task: Task) -> str:
        return f"{self._registrations(task)}/{_quoted(task.serial)}"

    def _send(self, task: Task, now: datetime, request: Request) -> Answer:
        begun = perf_counter()
        try:
            answer = self._wire.send(request)
        except RequestFailed as failure:
            self._tell(Entry(now, task.errand, 0, perf_counter() - begun, str(failure)))
            raise
        self._tell(Entry(now, task.errand, answer.status, perf_counter() - begun))
        return answer


def task_for(errand: Errand, card: InstalledPass, since: float = 0.0) -> Task:
    return Task(errand, card.service, card.key.pass_type, card.key.serial, token=card.token, since=since)


def _read_list(answer: Answer) -> tuple[list[str], str]:
    """Serial numbers and tag. Raises RequestFailed."""
    try:
        content = orjson.loads(answer.body)
        serials, tag = content["serialNumbers"], content["lastUpdated"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise RequestFailed(INVALID_LIST) from None
    strings = isinstance(serials, list) and all(isinstance(each, str) for each in (*serials, tag))
    if answer.media_type != "application/json" or not strings:
        raise RequestFailed(INVALID_LIST)
    return serials, tag


def _quoted(name: str) -> str:
    return quote(name, safe="")
