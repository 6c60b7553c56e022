"""Tells issuers of saves and deletions, signed, again and again until somebody answers.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/use-callbacks-for-saves-and-deletions
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Queue
from threading import Event, Thread
from uuid import uuid4

import requests

from walletpass.clock import Clock
from walletpass.gpay.callbacks import CallbackKind
from walletpass.simulator.google.behaviour import Behaviour
from walletpass.simulator.google.callback_signer import CallbackSigner
from walletpass.simulator.google.calls import Document

PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds before the second try and the next ones; Google's own are not published."""
_LASTS = timedelta(hours=1)
_SECONDS_TO_ANSWER = 10
_AGENT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
_LATEST_KEPT = 1000


@dataclass(slots=True)
class SentCallback:
    event: CallbackKind
    object_id: str
    address: str
    body: Document = field(repr=False)
    statuses: list[int] = field(default_factory=list)
    """One for each try; 0: no answer."""

    @property
    def was_taken(self) -> bool:
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300


class Callbacks:
    """Sends from a thread of its own, one after the other: a callback that nobody takes holds up the next ones."""

    def __init__(
        self,
        signer: CallbackSigner,
        clock: Clock,
        behaviour: Callable[[], Behaviour],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.sent: list[SentCallback] = []
        self._signer, self._clock, self._behaviour, self._pauses = signer, clock, behaviour, pauses
        self._due: Queue[SentCallback | None] = Queue()
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="google-callbacks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when nothing is being sent any more; what waits to be repeated is given up."""
        self._stopping.set()
        self._due.put(None)
        self._thread.join()

    def tell(self, event: CallbackKind, object_id: str, of_class: Document) -> None:
        """Nothing where the class names no address."""
        address = of_class.get("callbackOptions", {}).get("url")
        behaviour = self._behaviour()
        if not address or behaviour.loses_callbacks:
            return
        callback = SentCallback(event, object_id, address, self._write(event, object_id, of_class["id"]))
        self.sent = [*self.sent[-_LATEST_KEPT:], callback]
        for _ in range(behaviour.sends_callbacks):
            self._due.put(callback)

    def settle(self) -> None:
        """Returns when every callback was taken or given up."""
        self._due.join()

    def _write(self, event: CallbackKind, object_id: str, class_id: str) -> Document:
        now = self._clock.now()
        message = {
            "classId": class_id,
            "objectId": object_id,
            "eventType": event,
            "expTimeMillis": int((now + _LASTS).timestamp() * 1000),
            "count": 1,
            "nonce": str(uuid4()),
        }
        recipient = object_id.partition(".")[0]
        return self._signer.sign(json.dumps(message, separators=(",", ":")), recipient, now)

    def _work(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers["User-Agent"] = _AGENT
            while (callback := self._due.get()) is not None:
                self._send(session, callback)
                self._due.task_done()

    def _send(self, session: requests.Session, callback: SentCallback) -> None:
        for pause in (0.0, *self._pauses):
            if self._stopping.wait(pause):
                return
            callback.statuses.append(_post(session, callback))
            if callback.was_taken:
                return


def _post(session: requests.Session, callback: SentCallback) -> int:
    try:
        return session.post(
            callback.address, json=callback.body, timeout=_SECONDS_TO_ANSWER, allow_redirects=False
        ).status_code
    except requests.RequestException:
        return 0
