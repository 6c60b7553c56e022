"""Pushes from the outbox to APNs: claim, commit, send with no transaction open, record.

Rows stream through: when half of what is on its way was answered, that is recorded and as much is claimed, in one
transaction. Delivery is at least once; rows of a process that dies come due again when their claim ends, and those
whose record a power cut took are sent again.
"""

from datetime import datetime, timedelta

from walletpass.apns.push import Answer, Push
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
_RESERVE = 100
"""Places of the sender that bulk leaves free for those who wait."""
_SETTLE = 500
"""So many answers are recorded at once at the latest."""
_LOOK_EVERY = timedelta(milliseconds=20)
"""How often somebody who waits is looked for while there is no room for bulk."""


class Pushing:
    """Belongs to one thread."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sender = services.pusher
        self._in_flight: dict[int, Claimed] = {}
        self._answers: list[Answer] = []
        self._looked_at = services.clock.now() - _LOOK_EVERY
        with services.database.reading() as tx:
            self._outcomes = Outcomes(tx)

    def turn(self, seconds: float) -> bool:
        """Wait at most so long for answers, record them, claim and send; whether there may be more to do at once."""
        arrived = self._sender.poll(seconds if self._in_flight else 0)
        self._answers += arrived
        now, unanswered = self._services.clock.now(), len(self._in_flight) - len(self._answers)
        settles = bool(self._answers) and (not arrived or not unanswered or len(self._answers) >= _SETTLE)
        lanes = self._lanes(now, unanswered)
        if not settles and not (lanes and self._is_due(lanes, now)):
            return bool(arrived or unanswered)
        with self._services.database.hasty_transaction() as tx:
            answered = [Answered(self._in_flight[answer.push.id], answer) for answer in self._answers]
            self._outcomes.record(tx, answered, now)
            claimed = self._claim(tx, lanes, now)
        for answer in self._answers:
            del self._in_flight[answer.push.id]
        self._answers = []
        self._send(claimed)
        return True

    def _lanes(self, now: datetime, unanswered: int) -> tuple[int, ...]:
        """What to look for: bulk in large claims only, those who wait often and whatever room there is."""
        free = self._sender.free
        if free > max(_RESERVE, unanswered // 2):
            return LANES
        if not free or now - self._looked_at < _LOOK_EVERY:
            return ()
        self._looked_at = now
        return (INTERACTIVE,)

    def _is_due(self, lanes: tuple[int, ...], now: datetime) -> bool:
        """A look costs less than a claim of nothing, which would hold the database for writing."""
        with self._services.database.reading() as tx:
            due = next_due(tx, push_outbox, lanes)
        return due is not None and due <= now

    def _claim(self, tx: Transaction, lanes: tuple[int, ...], now: datetime) -> list[Claimed]:
        """Those that may be sent now."""
        claimed = pushes.claim(tx, now, now + _CLAIM, self._sender.free, PUSHES_PER_HOUR, lanes)
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

    def _send(self, claimed: list[Claimed]) -> None:
        unseal = self._services.vault.unseal
        for row in claimed:
            if row.topic_id not in self._in_flight:
                self._in_flight[row.topic_id] = row
                self._sender.submit(
                    Push(row.topic_id, row.pass_type_identifier, unseal(row.push_token_sealed))
                )
