"""Send what lies in the outbox: claim, commit, send with no transaction open, record.

A row whose sender died comes due again when its claim ends, so delivery is at least once.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from walletpass.apns import PushNotSent
from walletpass.mail import MailNotSent
from walletpass.operations.delivery.letters import open_letter
from walletpass.operations.services import Services
from walletpass.store import devices, outbox

log = logging.getLogger(__name__)

_BATCH = 100
_CLAIM = timedelta(minutes=2)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
_SLOW_POLL = 30.0
"""Seconds; finds what another process wrote."""


def deliver_due(services: Services) -> int:
    """Send one batch of what is due; how many rows were taken."""
    now = services.clock.now()
    with services.database.transaction() as tx:
        rows = outbox.claim(tx, now, now + _CLAIM, _BATCH)
    sent, failed = [], []
    for row in rows:
        try:
            _SENDERS[row.channel](services, row)
        except (MailNotSent, PushNotSent) as failure:
            why = {"row": row.id, "channel": row.channel, "why": str(failure)}
            log.warning("outbox.postponed", extra=why)
            failed.append((row.id, now + _pause(row.attempts)))
        except Exception as error:  # one row that nobody foresaw must not hold up all the others
            # No trace: an error's own words may hold an address or a token.
            log.error("outbox.broken", extra={"row": row.id, "why": type(error).__name__})  # noqa: TRY400
            failed.append((row.id, now + _pause(row.attempts)))
        else:
            sent.append((row.id, row.generation))
    with services.database.transaction() as tx:
        outbox.forget(tx, sent, services.clock.now())
        for row_id, until in failed:
            outbox.postpone(tx, row_id, until)
    return len(rows)


def _pause(attempts: int) -> timedelta:
    """Growing, with jitter, so that many rows that failed together do not come back together."""
    longest = min(_FIRST_PAUSE * 2.0 ** min(attempts, 20), _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


def _send_letter(services: Services, row: Any) -> None:
    letter = open_letter(services, row.letter_sealed)
    services.mailer.send(letter.to, letter.subject, letter.text)


def _push(services: Services, row: Any) -> None:
    with services.database.reading() as tx:
        topic = devices.find_push_token(tx, row.topic_id)
    if topic is not None:
        services.pusher.push(topic.pass_type_identifier, services.vault.unseal(topic.push_token_sealed))


_SENDERS: dict[str, Callable[[Services, Any], None]] = {"mail": _send_letter, "apple": _push}


class Relay:
    """Delivers in a thread of its own, woken after every commit."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._bell = Event()
        self._ended = False
        self._thread = Thread(target=self.run, name="relay", daemon=True)

    def start(self) -> None:
        self._services.after_commit.append(self._bell.set)
        self._thread.start()

    def stop(self) -> None:
        self._ended = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join()

    def run(self) -> None:
        while not self._ended:
            try:
                while deliver_due(self._services) and not self._ended:
                    pass
                wait = self._until_next()
            except Exception:  # a relay that ends would lose nothing, but tell nobody anything any more
                log.exception("relay.failed")
                wait = _SLOW_POLL
            self._bell.wait(wait)
            self._bell.clear()

    def _until_next(self) -> float:
        with self._services.database.reading() as tx:
            due: datetime | None = outbox.next_due(tx)
        if due is None:
            return _SLOW_POLL
        return min(_SLOW_POLL, max(0.05, (due - self._services.clock.now()).total_seconds()))
