"""Phones that live by themselves: each is stepped as soon as it has something to do."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from time import perf_counter
from types import TracebackType
from typing import Self

from walletpass.clock import Clock
from walletpass.simulator.phone import Phone

log = logging.getLogger(__name__)

_TICK = 0.2
"""Seconds. How late a repeated request may be; pushes do not wait for it."""


class Phones:
    """`ask_every` is for phones that no push reaches: how often they ask for changes by themselves.

    `on_step` is called after each step, in the thread that made it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        threads: int = 4,
        ask_every: timedelta | None = None,
        on_step: Callable[[Phone], None] | None = None,
    ) -> None:
        self._clock, self._ask_every, self._on_step = clock, ask_every, on_step
        self._next_ask: dict[Phone, datetime] = {}
        self._by_token: dict[str, Phone] = {}
        self._waiting: set[Phone] = set()
        self._lock = Lock()
        self._stopping = Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="phone")
        self._ticker = Thread(target=self._tick, name="phones", daemon=True)

    def start(self) -> None:
        self._ticker.start()

    def stop(self) -> None:
        """Returns when no step runs any more. What was due stays so."""
        with self._lock:
            self._stopping.set()
        self._ticker.join()
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def add(self, phone: Phone) -> None:
        with self._lock:
            self._next_ask[phone] = self._clock.now() + (self._ask_every or timedelta())
        self.nudge(phone)

    def discard(self, phone: Phone) -> None:
        with self._lock:
            self._next_ask.pop(phone, None)

    def __iter__(self) -> Iterator[Phone]:
        with self._lock:
            return iter(list(self._next_ask))

    def on_push(self, topic: str, push_token: str) -> None:
        """Hand a push to the phone that has the token, if one has. From any thread."""
        phone = self._find(push_token)
        if phone is not None:
            phone.receive_push(topic, perf_counter())
            self.nudge(phone)

    def nudge(self, phone: Phone) -> None:
        """Something may have become due."""
        with self._lock:
            if phone not in self._waiting and not self._stopping.is_set():
                self._waiting.add(phone)
                self._pool.submit(self._step, phone)

    def _step(self, phone: Phone) -> None:
        with self._lock:
            self._waiting.discard(phone)
        try:
            phone.step(self._clock.now())
            if self._on_step is not None:
                self._on_step(phone)
        except Exception:
            log.exception("phone.failed")

    def _tick(self) -> None:
        while not self._stopping.wait(_TICK):
            now = self._clock.now()
            for phone in self:
                if self._is_time_to_ask(phone, now):
                    phone.ask_for_changes()
                due = phone.next_at
                if due is not None and due <= now:
                    self.nudge(phone)

    def _is_time_to_ask(self, phone: Phone, now: datetime) -> bool:
        with self._lock:
            at = self._next_ask.get(phone)
            if self._ask_every is None or at is None or at > now:
                return False
            self._next_ask[phone] = now + self._ask_every
            return True

    def _find(self, push_token: str) -> Phone | None:
        """Phones change their tokens by themselves, so what is remembered is looked at again."""
        phone = self._by_token.get(push_token)
        if phone is None or phone.device.push_token != push_token:
            self._by_token = {each.device.push_token: each for each in self}
            phone = self._by_token.get(push_token)
        return phone
