"""Callbacks get lost: now and then Google is asked who holds a card."""

import logging
from itertools import islice
from typing import Any

from walletpass.gpay.answers import Document
from walletpass.gpay.errors import WalletError
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.operations.services import Services
from walletpass.store import google, google_outbox
from walletpass.store.session import Transaction

log = logging.getLogger(__name__)

_AT_ONCE = 100


def reconcile(services: Services) -> int:
    """How many cards were held, or held no more, without our having heard of it. Raises WalletError."""
    with services.transaction() as tx:
        google.forget_events(tx, services.clock.now())
        classes = google.list_classes(tx)
    return sum(_reconcile_class(services, row) for row in classes if row.sent)


def try_to_reconcile(services: Services) -> bool:
    """Whether there is more to do at once: never. Google is asked again the next time."""
    try:
        corrected = reconcile(services)
    except WalletError as error:
        log.warning("google.not_reconciled", extra={"cause": error.failure.cause.value})
        return False
    log.info("google.reconciled", extra={"corrected": corrected})
    return False


def _reconcile_class(services: Services, row: Any) -> int:
    with services.reading() as tx:
        issuer = services.google.of_id(tx, services.vault, row.issuer_id)
    if issuer is None:
        return 0
    listed = issuer.client.objects.list_all(str(ClassId(row.issuer_id, row.suffix)))
    corrected = 0
    while page := list(islice(listed, _AT_ONCE)):
        with services.transaction() as tx:
            corrected += _correct(services, tx, row.issuer_id, page)
    return corrected


def _correct(services: Services, tx: Transaction, issuer_id: str, page: list[Document]) -> int:
    now, corrected = services.clock.now(), 0
    held = {ObjectId.parse(each["id"]).suffix: bool(each.get("hasUsers")) for each in page}
    for row in google.list_suffixes(tx, issuer_id, list(held)):
        is_held = row.saved_at is not None and row.removed_at is None
        if held[row.suffix] and not is_held:
            google.note_saved(tx, row.id, now)
            google_outbox.tell_object(tx, row.id, now)
        elif is_held and not held[row.suffix]:
            google.note_removed(tx, row.id, now)
            google_outbox.drop(tx, row.id)
        corrected += held[row.suffix] is not is_held
    return corrected
