"""Staff who stamp without end, through whatever happens to the server, and keep what they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Event, Lock
from time import monotonic

import requests
from support.tills import NoStamp, Till, Told

from walletpass.operations.enrolment.join import new_form_key

_BEFORE_AGAIN = 0.2
"""Seconds until a request without an answer is repeated."""
_SECONDS_UNTIL_TOLD = 120
_DOUBLE_TAPS = 0.1
"""Share of the stamps that are sent once more although they were answered."""


class Deck:
    """Codes of cards, dealt in turn: no card is stamped a second time before all others."""

    def __init__(self, codes: Sequence[str], random: Random) -> None:
        self._codes, self._random = list(codes), random
        self._pile: list[str] = []
        self._lock = Lock()

    def deal(self) -> str:
        with self._lock:
            if not self._pile:
                self._pile = self._random.sample(self._codes, len(self._codes))
            return self._pile.pop()


@dataclass(frozen=True)
class Given:
    """A stamp that staff were told of. The same key was never used for another."""

    code: str
    key: str
    told: Told


class Writer:
    """`per_second`: stamps, as far as the server keeps up."""

    def __init__(self, till: Till, deck: Deck, per_second: float, random: Random) -> None:
        self._till, self._deck, self._random = till, deck, random
        self._pause = 1 / per_second
        self.lost = 0
        """Requests whose answer never came."""

    def stamp_until(self, ended: Event) -> list[Given]:
        """Each stamp is asked for until there is an answer, so none is left open at the end."""
        given = []
        while not ended.wait(self._random.uniform(0, 2 * self._pause)):
            code, key = self._deck.deal(), new_form_key()
            given.append(Given(code, key, self._stamp(code, key)))
            if self._random.random() < _DOUBLE_TAPS:
                again = self._stamp(code, key)
                assert again == given[-1].told, f"Told {given[-1].told}, and {again} for the same key."
        return given

    def _stamp(self, code: str, key: str) -> Told:
        deadline = monotonic() + _SECONDS_UNTIL_TOLD
        while True:
            try:
                return self._till.stamp(code, key)
            except requests.RequestException:
                self.lost += 1
            except NoStamp as refused:
                if refused.status != requests.codes.unavailable:
                    raise
            assert monotonic() < deadline, "The counter was never answered."
            Event().wait(_BEFORE_AGAIN)
