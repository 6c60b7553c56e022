"""Pushes from the outbox to APNs: claim, commit, send with no transaction open, record.

Rows stream through: as soon as some were answered, others are claimed. Delivery is at least once; rows of a
process that dies come due again when their claim ends.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from walletpass.apns.push import Answer, Push, Verdict
from walletpass.operations.delivery.pauses import growing_pause
from walletpass.operations.services import Services
from walletpass.store import devices, outbox, pushes
from walletpass.store.pushes import Claimed, Postponed
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)

PUSHES_PER_HOUR = 30
"""To one phone and pass type; what changes beyond that is told by one push when the hour is over."""

_CLAIM = timedelta(minutes=2)
_GIVE_UP = timedelta(days=3)
_FIRST_HALT, _LONGEST_HALT = timedelta(minutes=1), timedelta(hours=1)
_RESERVE = 100
"""Places of the sender that bulk leaves free for those who wait."""
_LOOK_EVERY = timedelta(milliseconds=20)
_RECORD = 500
"""So many answers are recorded at once at the latest."""


class Pushing:
    """Belongs to one thread."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sender = services.pusher
        self._in_flight: dict[int, Claimed] = {}
        self._answers: list[Answer] = []
        self._looked_at = services.clock.now() - _LOOK_EVERY
        with services.database.reading() as tx:
            self._halts = {
                row.pass_type_identifier: (row.retry_at, row.attempts) for row in pushes.list_halts(tx)
            }

    def turn(self, seconds: float) -> bool:
        """Claim what fits, wait at most so long for answers, record; whether there may be more to do at once."""
        claimed = self._claim()
        arrived = self._sender.poll(seconds if self._in_flight else 0)
        self._answers += arrived
        if self._answers and (
            not arrived or len(self._answers) >= _RECORD or len(self._answers) == len(self._in_flight)
        ):
            self._record()
        return bool(claimed or self._in_flight)

    def _claim(self) -> int:
        services, now = self._services, self._services.clock.now()
        lanes = self._lanes(now)
        if not lanes or not self._is_due(lanes, now):
            return 0
        with services.database.transaction() as tx:
            free = self._sender.free
            claimed = pushes.claim(tx, now, now + _CLAIM, free, PUSHES_PER_HOUR, lanes)
            waiting = {row.id: until for row in claimed if (until := self._wait_until(row, now))}
            pushes.postpone(
                tx, [Postponed(row.id, waiting[row.id], row.attempts) for row in claimed if row.id in waiting]
            )
        for row in claimed:
            if row.id not in waiting and row.id not in self._in_flight:
                self._in_flight[row.id] = row
                token = services.vault.unseal(row.push_token_sealed)
                self._sender.submit(Push(row.id, row.pass_type_identifier, token))
        return len(claimed)

    def _is_due(self, lanes: tuple[int, ...], now: datetime) -> bool:
        """A look costs less than a claim of nothing, which would hold the database for writing."""
        with self._services.database.reading() as tx:
            due = outbox.next_due(tx, "apple", lanes)
        return due is not None and due <= now

    def _lanes(self, now: datetime) -> tuple[int, ...]:
        """What to look for: bulk in large claims only, those who wait often and whatever room there is."""
        free = self._sender.free
        if free > max(_RESERVE, len(self._in_flight) // 2):
            return (outbox.INTERACTIVE, outbox.BULK)
        if not free or now - self._looked_at < _LOOK_EVERY:
            return ()
        self._looked_at = now
        return (outbox.INTERACTIVE,)

    def _wait_until(self, row: Claimed, now: datetime) -> datetime | None:
        """When a push that must not be sent now may be tried."""
        if row.full_since is not None:
            return row.full_since + pushes.WINDOW
        if row.pass_type_identifier in self._halts:
            retry_at, _ = self._halts[row.pass_type_identifier]
            return retry_at if retry_at > now else None
        return None

    def _record(self) -> None:
        now, judged = self._services.clock.now(), defaultdict[Verdict, list[Answer]](list)
        for answer in self._answers:
            judged[answer.verdict].append(answer)
        with self._services.database.transaction() as tx:
            for verdict, record in self._RECORDS.items():
                if judged[verdict]:
                    record(self, tx, judged[verdict], now)
        for answer in self._answers:
            del self._in_flight[answer.push.id]
        self._answers = []

    def _row(self, answer: Answer) -> Claimed:
        return self._in_flight[answer.push.id]

    def _accepted(self, tx: Transaction, answers: list[Answer], now: datetime) -> None:
        pushes.note_accepted(tx, map(self._row, answers), now)
        for pass_type in {answer.push.pass_type_identifier for answer in answers} & self._halts.keys():
            pushes.end_halt(tx, pass_type)
            del self._halts[pass_type]

    def _gone(self, tx: Transaction, answers: list[Answer], now: datetime) -> None:
        """The token ends with all its registrations, unless the phone has given one since."""
        doubted = [answer for answer in answers if not self._end_token(tx, answer)]
        if doubted:
            self._later(tx, doubted, now)

    def _end_token(self, tx: Transaction, answer: Answer) -> bool:
        row = self._row(answer)
        device = pushes.lock_device_of(tx, row.topic_id)
        if device is None:
            return True
        if answer.ended_at is None:
            has_ended = device.push_token_sealed == row.push_token_sealed
        else:
            has_ended = device.token_given_at <= answer.ended_at
        if has_ended:
            log.info("push.gone", extra={"device": device.id, "why": answer.reason})
            outbox.forget_device(tx, device.id)
            devices.forget_device(tx, device.id)
        return bool(has_ended)

    def _later(self, tx: Transaction, answers: list[Answer], now: datetime) -> None:
        log.warning("push.postponed", extra={"pushes": len(answers), "why": answers[0].reason})
        given_up = pushes.give_up(tx, [answer.push.id for answer in answers], now - _GIVE_UP, now)
        if given_up:
            log.error("push.given_up", extra={"pushes": given_up, "why": answers[0].reason})
        tried = [(row.id, row.attempts + 1) for row in map(self._row, answers)]
        pushes.postpone(tx, [Postponed(row_id, now + growing_pause(tries), tries) for row_id, tries in tried])

    def _halt(self, tx: Transaction, answers: list[Answer], now: datetime) -> None:
        for pass_type, answer in {answer.push.pass_type_identifier: answer for answer in answers}.items():
            attempts = self._halts.get(pass_type, (now, 0))[1] + 1
            retry_at = now + growing_pause(attempts, _FIRST_HALT, _LONGEST_HALT)
            self._halts[pass_type] = retry_at, attempts
            pushes.keep_halt(tx, pass_type, answer.reason, now, retry_at, attempts)
            log.error("push.halted", extra={"pass_type": pass_type, "why": answer.reason})
        rows = [(self._row(answer), self._halts[answer.push.pass_type_identifier][0]) for answer in answers]
        pushes.postpone(tx, [Postponed(row.id, retry_at, row.attempts) for row, retry_at in rows])

    def _refused(self, tx: Transaction, answers: list[Answer], now: datetime) -> None:
        log.error("push.refused", extra={"pushes": len(answers), "why": answers[0].reason})
        pushes.drop(tx, [self._row(answer) for answer in answers], now)

    _RECORDS: ClassVar[dict[Verdict, Callable[["Pushing", Transaction, list[Answer], datetime], None]]] = {
        Verdict.ACCEPTED: _accepted,
        Verdict.GONE: _gone,
        Verdict.LATER: _later,
        Verdict.HALT: _halt,
        Verdict.REFUSED: _refused,
    }
