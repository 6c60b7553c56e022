"""Pushes from the outbox to APNs: claim, commit, send with no transaction open, record.

Rows stream through: some are claimed ahead, and when half of what is on its way was answered, that is recorded and as
much is claimed, in one transaction. Delivery is at least once; rows of a process that dies come due again when their
claim ends, and those whose record a power cut took are sent again.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import NamedTuple

from walletpass.apns.push import Answer, Push, Verdict
from walletpass.operations.delivery.outcomes import Answered, Outcomes
from walletpass.operations.services import Services
from walletpass.store import pushes
from walletpass.store.lanes import INTERACTIVE, LANES, Postponed, next_due, postpone
from walletpass.store.outbox import push_outbox
from walletpass.store.pushes import Claimed
from walletpass.store.session import Transaction

PUSHES_PER_HOUR = 30
"""To one phone and pass type; what changes beyond that is told by one push when the hour is over."""

_CLAIM = timedelta(minutes=2)
_AHEAD = 1000
"""So many are claimed beyond what can be on its way, and leave at once when there is room."""
_RESERVE = 100
"""Places of the sender that bulk leaves free for those who wait."""
_SETTLE = 500
"""So many answers are recorded at once at the latest."""
_LOOK_EVERY = timedelta(milliseconds=20)
"""How often somebody who waits is looked for while there is no room for bulk."""


class _Settling(NamedTuple):
    answers: int
    """How many of those that wait for it are being recorded."""
    claimed: Future[list[Claimed]]


class Pushing:
    """Belongs to one thread. Where a server has the database, another one waits for it, while pushes go on leaving."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sender = services.pusher
        self._ready: dict[int, deque[Claimed]] = {lane: deque() for lane in LANES}
        self._in_flight: dict[int, Claimed] = {}
        self._answers: list[Answer] = []
        self._halted: dict[str, str] = {}
        """Pass types of which that is not recorded yet -> why."""
        self._looked_at = services.clock.now() - _LOOK_EVERY
        self._settling: _Settling | None = None
        with services.database.reading() as tx:
            self._outcomes = Outcomes(tx)
            has_server = tx.dialect.name != "sqlite"
        self._start: _Start = ThreadPoolExecutor(1, "settling").submit if has_server else _do_at_once

    def turn(self, seconds: float) -> bool:
        """Wait at most so long for answers, record them, claim and send; whether there may be more to do at once."""
        arrived = self._sender.poll(seconds if self._in_flight else 0)
        self._answers += arrived
        self._note_halts(arrived)
        free = self._sender.free
        self._send()
        begun = self._settling is None and self._begin_to_settle(arrived, free)
        if self._settling is None:
            return bool(arrived or self._in_flight)
        if not (begun or arrived):
            wait([self._settling.claimed], seconds)
        self._end_settling()
        return True

    def _note_halts(self, answers: list[Answer]) -> None:
        for answer in answers:
            if answer.verdict is Verdict.HALT:
                self._halted[answer.push.pass_type_identifier] = answer.reason

    def _begin_to_settle(self, arrived: list[Answer], free: int) -> bool:
        """Whether there is something to settle. `free`: places of the sender before what was ready took them."""
        now, unanswered = self._services.clock.now(), len(self._in_flight) - len(self._answers)
        settles = bool(self._answers) and (not arrived or not unanswered or len(self._answers) >= _SETTLE)
        room = self._sender.free + _AHEAD - sum(map(len, self._ready.values()))
        lanes = self._lanes(now, room, free, unanswered)
        if not settles and not (lanes and self._is_due(lanes, now)):
            return False
        answered = [Answered(self._in_flight[answer.push.id], answer) for answer in self._answers]
        self._settling = _Settling(len(answered), self._start(self._settle, answered, lanes, room, now))
        return True

    def _settle(
        self, answered: list[Answered], lanes: tuple[int, ...], room: int, now: datetime
    ) -> list[Claimed]:
        with self._services.database.hasty_transaction() as tx:
            self._outcomes.record(tx, answered, now)
            return self._claim(tx, lanes, room, now)

    def _end_settling(self) -> None:
        """If it is done. Where it failed, the answers are recorded next time."""
        if self._settling is None or not self._settling.claimed.done():
            return
        (answers, future), self._settling = self._settling, None
        claimed = future.result()
        for answer in self._answers[:answers]:
            del self._in_flight[answer.push.id]
        del self._answers[:answers]
        self._halted = {}
        self._note_halts(self._answers)
        for row in claimed:
            self._ready[row.lane].append(row)
        self._send()

    def _lanes(self, now: datetime, room: int, free: int, unanswered: int) -> tuple[int, ...]:
        """What to look for: bulk in large claims only, those who wait often and whatever room there is."""
        if free > max(_RESERVE, unanswered // 4) and room > _AHEAD // 2:
            return LANES
        if room <= 0 or now - self._looked_at < _LOOK_EVERY:
            return ()
        self._looked_at = now
        return (INTERACTIVE,)

    def _is_due(self, lanes: tuple[int, ...], now: datetime) -> bool:
        """A look costs less than a claim of nothing, which would hold the database for writing."""
        with self._services.database.reading() as tx:
            due = next_due(tx, push_outbox, lanes)
        return due is not None and due <= now

    def _claim(self, tx: Transaction, lanes: tuple[int, ...], most: int, now: datetime) -> list[Claimed]:
        """Those that may be sent now."""
        claimed = pushes.claim(tx, now, now + _CLAIM, most, PUSHES_PER_HOUR, lanes)
        full = pushes.end_windows(tx, [row for row in claimed if row.is_full])
        waiting = full | self._outcomes.list_halted(claimed, now)
        if not waiting:
            return claimed
        held = [
            Postponed(row.topic_id, row.until, waiting[row.topic_id], row.attempts)
            for row in claimed
            if row.topic_id in waiting
        ]
        postpone(tx, push_outbox, held)
        return [row for row in claimed if row.topic_id not in waiting]

    def _send(self) -> None:
        unseal, free = self._services.vault.unseal, self._sender.free
        for ready in self._ready.values():
            while ready and free > 0:
                row = ready.popleft()
                if row.topic_id in self._in_flight:
                    continue
                push = Push(row.topic_id, row.pass_type_identifier, unseal(row.push_token_sealed))
                self._in_flight[row.topic_id] = row
                if why := self._halted.get(row.pass_type_identifier):
                    self._answers.append(Answer(push, Verdict.HALT, why))
                else:
                    self._sender.submit(push)
                    free -= 1


_Start = Callable[..., Future[list[Claimed]]]


def _do_at_once(call: Callable[..., list[Claimed]], *arguments: object) -> Future[list[Claimed]]:
    done: Future[list[Claimed]] = Future()
    done.set_result(call(*arguments))
    return done
