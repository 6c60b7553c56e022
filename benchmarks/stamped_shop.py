"""A busy shop behind a real server: staff who stamp, phones that follow, and a design on its way to all cards."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from queue import SimpleQueue
from threading import Event, Thread
from time import perf_counter, sleep
from urllib.request import Request, urlopen

from support.tills import Till

from benchmarks.stamped_phone import StampedPhone
from walletpass.operations.enrolment.join import new_form_key
from walletpass.operations.roll_outs.control import pause, resume
from walletpass.operations.roll_outs.progress import find_progress
from walletpass.operations.services import Services
from walletpass.store.lanes import count_waiting
from walletpass.store.outbox import push_outbox

_SECONDS_TO_WAIT = 60
_LOOK_EVERY = 0.02


class NeverCame(Exception):
    """Something that had to happen did not."""


@dataclass
class RollOut:
    rate: float = 0.0
    """Cards a second, once it is held again."""


@dataclass
class StampedShop:
    services: Services
    """Of this process, on the server's database."""
    merchant_id: int
    phones: Sequence[StampedPhone]
    tills: Sequence[Till]

    def __post_init__(self) -> None:
        self._turns = cycle(self.phones)

    def stamp(self, per_second: float, seconds: float) -> list[float]:
        """One phone after the other at set times; seconds from each answer until the phone showed it."""
        free = SimpleQueue[Till]()
        for till in self.tills:
            free.put(till)
        with ThreadPoolExecutor(len(self.tills)) as staff:
            given = [
                staff.submit(_stamp, free, next(self._turns))
                for _ in _paced(per_second, round(per_second * seconds))
            ]
        return [_latency(*each.result()) for each in given]

    @contextmanager
    def fetching(self, per_second: float) -> Iterator[None]:
        """One phone after the other fetches its pass whole."""
        ended = Event()

        def fetch() -> None:
            turns = cycle(self.phones)
            for _ in _paced(per_second):
                if ended.is_set():
                    return
                _fetch(next(turns))

        thread = Thread(target=fetch)
        thread.start()
        yield
        ended.set()
        thread.join()

    @contextmanager
    def rolling_out(self) -> Iterator[RollOut]:
        """The roll-out goes on inside, and is held until no push is waiting afterwards."""
        roll_out, held_at = RollOut(), self._moved()
        resume(self.services, self.merchant_id)
        _wait_until(lambda: self._moved() > held_at)
        begun, start = self._moved(), perf_counter()
        yield roll_out
        roll_out.rate = (self._moved() - begun) / (perf_counter() - start)
        pause(self.services, self.merchant_id)
        _wait_until(lambda: not self._waiting())

    def _moved(self) -> int:
        progress = find_progress(self.services, self.merchant_id)
        return progress.moved if progress else 0

    def _waiting(self) -> int:
        with self.services.reading() as tx:
            return int(count_waiting(tx, push_outbox).waiting)


def _stamp(free: "SimpleQueue[Till]", phone: StampedPhone) -> tuple[StampedPhone, int, float]:
    """The phone, the stamps that it must show, and when staff knew."""
    till = free.get()
    told = till.stamp(phone.code, new_form_key())
    answered_at = perf_counter()
    free.put(till)
    return phone, told.stamps, answered_at


def _latency(phone: StampedPhone, stamps: int, answered_at: float) -> float:
    _wait_until(lambda: phone.shown_at(stamps) is not None)
    return (phone.shown_at(stamps) or 0.0) - answered_at


def _fetch(phone: StampedPhone) -> None:
    card = phone.card
    address = f"{card.service}/v1/passes/{card.key.pass_type}/{card.key.serial}"
    with urlopen(Request(address, headers={"Authorization": f"ApplePass {card.token}"})) as answer:
        answer.read()


def _paced(per_second: float, most: int | None = None) -> Iterator[int]:
    """Numbers from 0, each when it is due, whether or not the one before came in time."""
    start, number = perf_counter(), 0
    while most is None or number < most:
        sleep(max(0.0, start + number / per_second - perf_counter()))
        yield number
        number += 1


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = perf_counter() + _SECONDS_TO_WAIT
    while not happened():
        if perf_counter() > deadline:
            raise NeverCame
        sleep(_LOOK_EVERY)
