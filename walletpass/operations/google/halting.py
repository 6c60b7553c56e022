"""An issuer whose every call Google refuses: its cards wait, and whoever runs the service is told."""

import logging
from datetime import datetime

from walletpass.gpay.errors import Failure
from walletpass.operations.delivery.pauses import halting_pause
from walletpass.store.halts import google_halts, keep_halt
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)


def halt(tx: Transaction, issuer_id: str, failure: Failure, now: datetime, attempts: int = 1) -> datetime:
    """When it is tried again."""
    log.error("google.halted", extra={"issuer": issuer_id, "cause": failure.cause.value})
    retry_at = now + halting_pause(attempts)
    keep_halt(tx, google_halts, issuer_id, failure.cause.value, now, retry_at, attempts)
    return retry_at
