"""Letters from the outbox to the mail server: claim, commit, send with no transaction open, record."""

import logging
from datetime import timedelta

from walletpass.mail import MailNotSent
from walletpass.operations.delivery.letters import open_letter
from walletpass.operations.delivery.pauses import growing_pause
from walletpass.operations.services import Services
from walletpass.store import letters

log = logging.getLogger(__name__)

_BATCH = 20
_CLAIM = timedelta(minutes=10)
"""Longer than a batch can take."""


def send_letters(services: Services) -> int:
    """Send one batch of what is due; how many were taken."""
    now = services.clock.now()
    with services.database.transaction() as tx:
        claimed = letters.claim_letters(tx, now, now + _CLAIM, _BATCH)
    for row in claimed:
        problem = _send(services, row.letter_sealed)
        with services.database.transaction() as tx:
            if problem:
                log.warning("letter.postponed", extra={"row": row.id, "why": problem})
                letters.postpone(tx, row.id, services.clock.now() + growing_pause(row.attempts))
            else:
                letters.forget(tx, row.id)
    return len(claimed)


def _send(services: Services, sealed: bytes) -> str:
    """What went wrong, in words that hold no address."""
    try:
        letter = open_letter(services, sealed)
        services.mailer.send(letter.to, letter.subject, letter.text)
    except MailNotSent as failure:
        return str(failure)
    except Exception as error:  # one that nobody foresaw must not hold up all the others
        return type(error).__name__
    return ""
