"""Threads that carry out what lies in the database: woken after a commit, and now and then by themselves."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event, Thread

from walletpass.operations.delivery.mailing import send_letters
from walletpass.operations.delivery.pushing import Pushing
from walletpass.operations.google.sending import Sending
from walletpass.operations.services import Services
from walletpass.store.google_outbox import google_outbox
from walletpass.store.lanes import next_due
from walletpass.store.letters import next_letter
from walletpass.store.outbox import push_outbox
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)

Step = Callable[[], float]
"""Do what is due; seconds until there may be more to do, 0 for at once."""

_next_push, _next_object = partial(next_due, of=push_outbox), partial(next_due, of=google_outbox)

_AFTER_FAILURE = 5.0
_BREATH = 0.01
"""Seconds, where what is due is somebody else's at this moment."""
_IN_FLIGHT = 0.02
"""Seconds to wait for answers before looking whether somebody new waits."""


class Loop:
    """One step after the other in a thread of its own; `wake` cuts a pause short."""

    def __init__(self, name: str, step: Step) -> None:
        self._step = step
        self._bell = Event()
        self._ended = False
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._bell.set()

    def join(self) -> None:
        self._thread.join()

    def stop(self) -> None:
        self._ended = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            self._bell.clear()
            try:
                pause = self._step()
            except Exception:  # a thread that ends would lose nothing, but tell nobody anything any more
                log.exception("relay.failed", extra={"loop": self._thread.name})
                pause = _AFTER_FAILURE
            if pause:
                self._bell.wait(pause)


class Relay:
    """Delivers pushes, cards to Google, and letters. `look_every`: seconds after which it looks for what other
    processes wrote."""

    def __init__(self, services: Services, look_every: float) -> None:
        self._services = services
        self._look_every = look_every
        self._pushing = Pushing(services)
        self._sending = Sending(services)
        self._loops = (Loop("pushes", self._push), Loop("google", self._send), Loop("letters", self._mail))

    def start(self) -> None:
        for loop in self._loops:
            self._services.after_commit.append(loop.wake)
            loop.start()

    def join(self) -> None:
        for loop in self._loops:
            loop.join()

    def stop(self) -> None:
        for loop in self._loops:
            loop.stop()

    def _push(self) -> float:
        return 0 if self._pushing.turn(_IN_FLIGHT) else max(_BREATH, self._until(_next_push))

    def _send(self) -> float:
        return 0 if self._sending.turn(_IN_FLIGHT) else max(_BREATH, self._until(_next_object))

    def _mail(self) -> float:
        # Every commit wakes this, and hardly any brings a letter: to claim nothing would cost as much as a stamp.
        pause = self._until(next_letter)
        return pause if pause or send_letters(self._services) else _BREATH

    def _until(self, next_due: Callable[[Transaction], datetime | None]) -> float:
        """Seconds, 0 where something is due."""
        with self._services.database.reading() as tx:
            due = next_due(tx)
        if due is None:
            return self._look_every
        return min(self._look_every, max(0.0, (due - self._services.clock.now()).total_seconds()))


def deliver_due(services: Services) -> None:
    """Deliver all that is due, and return when it was answered."""
    pushing = Pushing(services)
    while pushing.turn(1):
        pass
    sending = Sending(services)
    while sending.turn(1):
        pass
    sending.close()
    while send_letters(services):
        pass
