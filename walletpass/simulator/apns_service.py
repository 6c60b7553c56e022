"""What all connections of the simulated APNs share: who was ended, what was told, how to behave."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from walletpass.clock import Clock
from walletpass.simulator.apns_answers import STATUS, UNREGISTERED, Answer, PushRequest, find_reason
from walletpass.simulator.behaviour import Behaviour, Fate

ACCEPTED = "Accepted"
_GONE = 410

Listener = Callable[[str, str], None]
"""Is given topic and push token of a push that was accepted."""


class PushService:
    """Changed from any thread, asked from the thread that answers."""

    def __init__(self, clock: Clock) -> None:
        self.behaviour = Behaviour()
        self.listeners: list[Listener] = []
        self.answers: Counter[str] = Counter()
        """By reason; those without an answer by their fate."""
        self.look: Callable[[], None] = lambda: None
        """Whether there are new orders; before each push."""
        self._clock = clock
        self._ended: dict[str, datetime] = {}
        self._taken = 0

    def behave(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._taken = 0

    def end_token(self, push_token: str, at: datetime) -> None:
        self._ended[push_token] = at

    def take(self) -> tuple[int, Fate]:
        """The next push's number and what is to become of it."""
        self.look()
        self._taken += 1
        fate = self.behaviour.fate_of(self._taken)
        if fate not in (Fate.ANSWERED, Fate.ANSWERED_THEN_GOAWAY):
            self.answers[fate.name] += 1
        return self._taken, fate

    def answer(self, request: PushRequest, number: int) -> Answer:
        """Judge the request, and wake the phone if it is good."""
        answer = self._judge(request, number)
        self.answers[answer.reason or ACCEPTED] += 1
        if not answer.reason:
            for listener in self.listeners:
                listener(request.topic, request.push_token)
        return answer

    def _judge(self, request: PushRequest, number: int) -> Answer:
        if reason := find_reason(request):
            return Answer(reason)
        if ended_at := self._ended.get(request.push_token):
            return Answer(UNREGISTERED, ended_at)
        if self.behaviour.refuses(number, request.push_token):
            reason = self.behaviour.refusal
            return Answer(reason, self._clock.now() if STATUS[reason] == _GONE else None)
        return Answer()
