"""What APNs' answers mean for the outbox, the phones and the pass types.

https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from walletpass.apns.push import Answer, Verdict
from walletpass.operations.delivery.pauses import growing_pause, halting_pause
from walletpass.store import devices, outbox, pushes
from walletpass.store.halts import end_halt, keep_halt, list_halts, push_halts
from walletpass.store.lanes import Postponed, postpone
from walletpass.store.outbox import push_outbox
from walletpass.store.pushes import Claimed
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)

_GIVE_UP = timedelta(days=3)


class Answered(NamedTuple):
    row: Claimed
    answer: Answer


class _Halt(NamedTuple):
    retry_at: datetime
    attempts: int


class Outcomes:
    """Knows which pass types are halted, from the database on."""

    def __init__(self, tx: Transaction) -> None:
        self._halts = {row.whom: _Halt(row.retry_at, row.attempts) for row in list_halts(tx, push_halts)}

    def list_halted(self, claimed: list[Claimed], now: datetime) -> dict[int, datetime]:
        """Topics that must not be told now -> when they may be."""
        halted = {name: halt.retry_at for name, halt in self._halts.items() if halt.retry_at > now}
        return (
            {row.topic_id: halted[name] for row in claimed if (name := row.pass_type_identifier) in halted}
            if halted
            else {}
        )

    def record(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        pushes.hold(tx, [row.topic_id for row, _ in answered])
        judged = defaultdict[Verdict, list[Answered]](list)
        for each in answered:
            judged[each.answer.verdict].append(each)
        for verdict, outcomes in judged.items():
            self._RECORDS[verdict](self, tx, outcomes, now)

    def _accepted(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        pushes.note_accepted(tx, (row for row, _ in answered), now)
        if self._halts:
            for pass_type in {row.pass_type_identifier for row, _ in answered} & self._halts.keys():
                end_halt(tx, push_halts, pass_type)
                del self._halts[pass_type]

    def _gone(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        """The token ends with all its registrations, unless the phone has given one since."""
        again = [each for each in answered if not _end_token(tx, *each)]
        if again:
            self._later(tx, again, now)

    def _later(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        why = answered[0].answer.reason
        log.warning("push.postponed", extra={"pushes": len(answered), "why": why})
        given_up = pushes.give_up(tx, [row.topic_id for row, _ in answered], now - _GIVE_UP, now)
        if given_up:
            log.error("push.given_up", extra={"pushes": given_up, "why": why})
        tried = [(row, row.attempts + 1) for row, _ in answered]
        postpone(
            tx,
            push_outbox,
            [Postponed(row.topic_id, row.until, now + growing_pause(tries), tries) for row, tries in tried],
        )

    def _halt(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        for pass_type, why in {row.pass_type_identifier: answer.reason for row, answer in answered}.items():
            attempts = self._halts[pass_type].attempts + 1 if pass_type in self._halts else 1
            retry_at = now + halting_pause(attempts)
            self._halts[pass_type] = _Halt(retry_at, attempts)
            keep_halt(tx, push_halts, pass_type, why, now, retry_at, attempts)
            log.error("push.halted", extra={"pass_type": pass_type, "why": why})
        rows = [(row, self._halts[row.pass_type_identifier].retry_at) for row, _ in answered]
        postpone(
            tx,
            push_outbox,
            [Postponed(row.topic_id, row.until, retry_at, row.attempts) for row, retry_at in rows],
        )

    def _refused(self, tx: Transaction, answered: list[Answered], now: datetime) -> None:
        log.error("push.refused", extra={"pushes": len(answered), "why": answered[0].answer.reason})
        pushes.drop(tx, [row for row, _ in answered], now)

    _RECORDS: ClassVar[dict[Verdict, Callable[["Outcomes", Transaction, list[Answered], datetime], None]]] = {
        Verdict.ACCEPTED: _accepted,
        Verdict.GONE: _gone,
        Verdict.LATER: _later,
        Verdict.HALT: _halt,
        Verdict.REFUSED: _refused,
    }


def _end_token(tx: Transaction, row: Claimed, answer: Answer) -> bool:
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
