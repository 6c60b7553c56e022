"""A server that is sent strange requests, and what it answered."""

import socket
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random

from support.strange_requests import Sound, Strange

_SECONDS_TO_ANSWER = 60
_MOST_READ = 65536
_SENDERS = 4
_SERVER_FAULT = 500


@dataclass
class Siege:
    port: int
    sound: Sequence[Sound]
    statuses: Counter[int] = field(default_factory=Counter)
    """0: not answered, being no HTTP."""
    faults: list[tuple[Sound, bytes]] = field(default_factory=list)
    """Requests at which the server failed, each with the answer."""

    def send(self, count: int, seed: int) -> None:
        with ThreadPoolExecutor(_SENDERS) as senders:
            list(
                senders.map(
                    lambda number: self._send(count // _SENDERS, Random(f"{seed}/{number}")), range(_SENDERS)
                )
            )

    def _send(self, count: int, random: Random) -> None:
        strange = Strange(random)
        for _ in range(count):
            # Each from an address of its own: one alone would soon hear nothing but that it asks too often.
            caller = "10." + ".".join(str(random.randrange(256)) for _ in range(3))
            sound = random.choice(self.sound)
            request = strange.make(replace(sound, headers={"X-Forwarded-For": caller, **sound.headers}))
            answer = self._ask(request.on_the_wire())
            status = int(answer[9:12]) if answer else 0
            self.statuses[status] += 1
            if status >= _SERVER_FAULT or b"Traceback" in answer:
                self.faults.append((request, answer))

    def _ask(self, request: bytes) -> bytes:
        """Raises OSError where nobody listens any more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS_TO_ANSWER) as connection:
            with suppress(
                ConnectionError
            ):  # what is too large is answered, and refused, before all of it was sent
                connection.sendall(request)
            return _read(connection)


def _read(connection: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionError):
        while more := connection.recv(_MOST_READ):
            answer += more
    return answer
