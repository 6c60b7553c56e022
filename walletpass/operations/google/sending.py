"""Changed cards from the outbox to Google: claim, commit, send with no transaction open, record."""

import logging
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from walletpass.gpay.errors import Cause, Failure, Verdict, WalletError
from walletpass.operations.delivery.pauses import growing_pause
from walletpass.operations.google.halting import halt
from walletpass.operations.google.send import send_object
from walletpass.operations.google.show import load_sight
from walletpass.operations.services import Services
from walletpass.store import google, google_outbox
from walletpass.store.google_outbox import ClaimedObject
from walletpass.store.halts import google_halts, list_halts
from walletpass.store.lanes import INTERACTIVE, next_due
from walletpass.store.statements import change

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Calls on their way together: at 15 a second each may take half a second."""
_CLAIM = timedelta(minutes=5)
"""Longer than one object can take."""
_MOST_PROBLEM = 200
_PASSING = (Cause.IMAGE_REFUSED, Cause.QUOTA_SPENT)
"""Of use to try again, though not at once."""


class Sending:
    """Belongs to one thread, and sends with several."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pool = ThreadPoolExecutor(_AT_ONCE, "google")
        self._on_their_way: set[Future[None]] = set()

    def turn(self, seconds: float) -> bool:
        """Wait at most so long for a call to end, then claim and send; whether there may be more to do at once."""
        done, self._on_their_way = wait(self._on_their_way, seconds, FIRST_COMPLETED)
        free = _AT_ONCE - len(self._on_their_way)
        claimed = self._claim(free) if free else []
        self._on_their_way |= {self._pool.submit(self._send, row) for row in claimed}
        return bool(done or self._on_their_way)

    def close(self) -> None:
        """Returns when what is on its way was answered."""
        self._pool.shutdown()

    def _claim(self, most: int) -> list[ClaimedObject]:
        """A look costs less than a claim of nothing, which would hold the database for writing."""
        now = self._services.clock.now()
        with self._services.database.reading() as tx:
            due = next_due(tx, google_outbox.google_outbox)
        if due is None or due > now:
            return []
        with self._services.database.transaction() as tx:
            return google_outbox.claim(tx, now, now + _CLAIM, most)

    def _send(self, row: ClaimedObject) -> None:
        try:
            deliver(self._services, row)
        except Exception:  # one that nobody foresaw must not hold up all the others
            log.exception("google.broken", extra={"object": row.object_id})
            self._postpone(row, self._services.clock.now())

    def _postpone(self, row: ClaimedObject, now: datetime) -> None:
        with self._services.transaction() as tx:
            attempts = row.attempts + 1
            google_outbox.postpone(tx, row, now + growing_pause(attempts), attempts)


def deliver(services: Services, row: ClaimedObject) -> None:
    """One claimed row: sent and forgotten, or postponed."""
    now = services.clock.now()
    sight = load_sight(services, row.object_id)
    if sight is None or sight.row.removed_at is not None:
        with services.transaction() as tx:
            google_outbox.drop(tx, row.object_id)
        return
    retry_at = _find_halt(services, sight.issuer.id, now)
    if retry_at is not None:
        with services.transaction() as tx:
            google_outbox.postpone(tx, row, retry_at, row.attempts)
        return
    try:
        send_object(services, sight, now, notify=row.lane == INTERACTIVE)
    except WalletError as error:
        _keep_failure(services, row, sight.issuer.id, error.failure, now)
        return
    with services.transaction() as tx:
        google_outbox.forget(tx, row, now)


def _find_halt(services: Services, issuer_id: str, now: datetime) -> datetime | None:
    with services.reading() as tx:
        halts = {each.whom: each.retry_at for each in list_halts(tx, google_halts)}
    retry_at: datetime | None = halts.get(issuer_id)
    return retry_at if retry_at is not None and retry_at > now else None


def _keep_failure(
    services: Services, row: ClaimedObject, issuer_id: str, failure: Failure, now: datetime
) -> None:
    """Nothing is given up but what Google will never take as it is; the card's next change tries again."""
    attempts = row.attempts + 1
    why = {"object": row.object_id, "cause": failure.cause.value}
    with services.transaction() as tx:
        if failure.verdict is Verdict.HALT:
            google_outbox.postpone(tx, row, halt(tx, issuer_id, failure, now, attempts), attempts)
            return
        change(tx, google.google_objects, row.object_id, problem=str(failure)[:_MOST_PROBLEM])
        if failure.verdict is Verdict.LATER or failure.cause in _PASSING:
            log.warning("google.postponed", extra=why)
            pause = max(growing_pause(attempts), timedelta(seconds=failure.retry_after))
            google_outbox.postpone(tx, row, now + pause, attempts)
        else:
            log.error("google.refused", extra=why)
            google_outbox.drop(tx, row.object_id)
