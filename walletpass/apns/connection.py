"""One certificate's connection to APNs: libcurl's multi interface, driven by what its sockets are ready for.

https://curl.se/libcurl/c/libcurl-multi.html
"""

import logging
from collections import deque
from datetime import datetime, timedelta
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector
from time import monotonic

import pycurl

from walletpass.apns.answers import ACCEPTED, read_body, rule
from walletpass.apns.push import Answer, Push, Verdict
from walletpass.apns.slot import Credentials, Slot, Slots
from walletpass.apns.trouble import TIMED_OUT, name_trouble
from walletpass.clock import Clock

log = logging.getLogger(__name__)

WINDOW = 1000
"""Streams at once. libcurl opens fewer where the server allows fewer, now or later."""

_STORED = timedelta(days=3)
"""So long APNs keeps a push for a phone that cannot be reached."""
_DATED_EVERY = 3600.0
"""Seconds."""
STRANGERS = 50
"""So many tokens that APNs does not know, and none accepted before: it is not the tokens."""

_AT_ONCE = 0.0
"""As an instant, past."""
_INTERESTS = {
    pycurl.POLL_IN: EVENT_READ,
    pycurl.POLL_OUT: EVENT_WRITE,
    pycurl.POLL_INOUT: EVENT_READ | EVENT_WRITE,
}
_READY = {
    EVENT_READ: pycurl.CSELECT_IN,
    EVENT_WRITE: pycurl.CSELECT_OUT,
    EVENT_READ | EVENT_WRITE: pycurl.CSELECT_IN | pycurl.CSELECT_OUT,
}


class Connection:
    """`retired`: takes no more pushes; those on their way still get their answers.

    `timeout`: seconds for one push. It is counted here: libcurl would keep two timers for each. Raises pycurl.error.
    """

    def __init__(
        self,
        host: str,
        topic: str,
        credentials: Credentials,
        slots: Slots,
        clock: Clock,
        selector: BaseSelector,
        timeout: float,
    ) -> None:
        slots.give_back(slots.take(credentials))  # fails now if it fails
        self.retired = False
        self._timer: float | None = None
        self._timeout = timeout
        self._host, self._topic, self._credentials = host, topic, credentials
        self._slots = slots
        self._clock = clock
        self._selector = selector
        self._sockets: set[int] = set()
        self._waiting: deque[Push] = deque()
        self._busy: dict[pycurl.Curl, Slot] = {}  # in the order in which they left
        self._answers: list[Answer] = []
        self._heard = monotonic()
        self._is_warm = False
        self._is_proven = False
        self._strangers = 0
        self._date(self._heard)
        self._multi = self._open()

    def _open(self) -> pycurl.CurlMulti:
        multi = pycurl.CurlMulti()
        multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_MULTIPLEX)
        multi.setopt(pycurl.M_MAX_HOST_CONNECTIONS, 1)
        multi.setopt(pycurl.M_MAX_CONCURRENT_STREAMS, WINDOW)
        multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        return multi

    @property
    def due(self) -> float | None:
        """The `monotonic` instant at which it wants its turn, whatever its sockets do."""
        if not self._busy:
            return self._timer
        overdue = next(iter(self._busy.values())).since + self._timeout
        return overdue if self._timer is None else min(overdue, self._timer)

    @property
    def is_empty(self) -> bool:
        return not (self._busy or self._waiting)

    def submit(self, push: Push) -> None:
        """It leaves with `start`."""
        self._waiting.append(push)

    def act(self, socket: int, ready: int) -> None:
        """The selector found the socket ready."""
        self._multi.socket_action(socket, _READY[ready])

    def tick(self) -> None:
        """`due` has come."""
        if self._timer is not None and self._timer <= monotonic():
            self._timer = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)

    def collect(self) -> list[Answer]:
        """What ended by `act` and `tick`."""
        left = 1
        while left:
            left, finished, failed = self._multi.info_read()
            if finished:
                self._heard, self._is_warm = monotonic(), True
            for handle in finished:
                slot = self._release(handle)
                status = handle.getinfo(pycurl.RESPONSE_CODE)
                if status == ACCEPTED:
                    self._is_proven = True
                    self._answers.append(Answer(slot.push))
                else:
                    self._judge(slot, status)
            for handle, code, words in failed:
                if handle in self._busy:  # not given up with the others a moment ago
                    self._fail(self._release(handle), code, words)
        self._end_overdue()
        self.start()
        if not self._busy:  # while idle it may be closed unseen, and the next one is new
            self._is_warm = False
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        """What is still on its way gets no answer."""
        for handle in tuple(self._busy):
            self._release(handle)
        self._multi.close()

    def start(self) -> None:
        """A new connection takes one push, and the others when the server's stream limit has come with its answer."""
        if not self._waiting:
            return
        now = monotonic()
        if now - self._dated > _DATED_EVERY:
            self._date(now)
        while self._waiting and (self._is_warm or not self._busy):
            slot = self._slots.take(self._credentials)
            slot.load(self._waiting.popleft(), self._host, self._headers, now)
            self._busy[slot.handle] = slot
            self._multi.add_handle(slot.handle)

    def _date(self, now: float) -> None:
        """No push type and no priority: no type is Apple Wallet's, and without them a push is delivered at once. No id
        either: APNs gives one, and a header that differs in every push is a tenth of all the work.
        """
        expires = int((self._clock.now() + _STORED).timestamp())
        self._headers = (f"apns-topic: {self._topic}", f"apns-expiration: {expires}")
        self._dated = now

    def _release(self, handle: pycurl.Curl) -> Slot:
        slot = self._busy.pop(handle)
        self._multi.remove_handle(handle)
        self._slots.give_back(slot)
        return slot

    def _judge(self, slot: Slot, status: int) -> None:
        told = read_body(bytes(slot.body))
        ruling = rule(status, told.reason)
        reason = told.reason or f"status_{status}"
        verdict = ruling.verdict
        if ruling.unproven and not self._is_proven:
            self._strangers += 1
            verdict = Verdict.HALT if self._strangers > STRANGERS else ruling.unproven
        self._answer(slot, verdict, reason, told.ended_at)
        if ruling.ends_connection or verdict is Verdict.HALT:
            self._retire(verdict, reason)

    def _end_overdue(self) -> None:
        latest = monotonic() - self._timeout
        while self._busy and (oldest := next(iter(self._busy.values()))).since <= latest:
            self._fail(self._release(oldest.handle), TIMED_OUT, "")

    def _fail(self, slot: Slot, code: int, words: str) -> None:
        trouble = name_trouble(code, words)
        self._answer(slot, trouble.verdict, trouble.name)
        if code == TIMED_OUT:
            if self._heard > slot.since:
                return  # others were answered meanwhile: the connection is well
            for handle in tuple(self._busy):
                self._answer(self._release(handle), trouble.verdict, trouble.name)
        self._retire(trouble.verdict, trouble.name)

    def _retire(self, verdict: Verdict, reason: str) -> None:
        self.retired = True
        self._answers += (Answer(push, verdict, reason) for push in self._waiting)
        self._waiting.clear()

    def _answer(self, slot: Slot, verdict: Verdict, reason: str, ended_at: datetime | None = None) -> None:
        self._answers.append(Answer(slot.push, verdict, reason, ended_at))
        what = {"push": slot.push.id, "verdict": verdict.value, "why": reason}
        log.debug("push.not_accepted", extra=what)

    def _watch(self, what: int, socket: int, *_: object) -> None:
        if what == pycurl.POLL_REMOVE:
            self._sockets.discard(socket)
            self._selector.unregister(socket)
        elif socket in self._sockets:
            self._selector.modify(socket, _INTERESTS[what], self)
        else:
            self._sockets.add(socket)
            self._selector.register(socket, _INTERESTS[what], self)

    def _set_timer(self, milliseconds: int) -> None:
        if milliseconds > 0:
            self._timer = monotonic() + milliseconds / 1000
        else:
            self._timer = None if milliseconds else _AT_ONCE
