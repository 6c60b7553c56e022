"""Google tells that a card was saved or removed: verified, kept once, acted upon later."""

import logging

from walletpass.gpay.callbacks import CallbackKind, CallbackRefused, RootKeySource, verify_callback
from walletpass.gpay.ids import ClassId, ObjectId
from walletpass.gpay.root_keys import RootKeysUnavailable
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.services import Services
from walletpass.store import google, google_outbox

log = logging.getLogger(__name__)


def keep_event(services: Services, root_keys: RootKeySource, body: bytes) -> None:
    """Raises Refusal bad_callback, and keys_unavailable, with which Google comes again."""
    now = services.clock.now()
    with services.reading() as tx:
        issuers = services.google.list_ids(tx)
    try:
        callback = verify_callback(body, root_keys, issuers, now)
        object_id, class_id = ObjectId.parse(callback.object_id), ClassId.parse(callback.class_id)
    except (CallbackRefused, ValueError) as error:
        log.warning("google.callback_refused", extra={"why": str(error)})
        raise Refusal("bad_callback") from error
    except RootKeysUnavailable as error:
        raise Refusal("keys_unavailable") from error
    with services.transaction() as tx:
        row = google.find_object_by_suffix(tx, object_id.issuer, object_id.suffix)
        if row is None or not google.has_class(tx, class_id.issuer, class_id.suffix):
            return
        if not google.keep_event(tx, callback.nonce, row.id, callback.kind.value, now, callback.expires):
            return
        if callback.kind is CallbackKind.SAVE:
            google.note_saved(tx, row.id, now)
            google_outbox.tell_object(tx, row.id, now)
        else:
            google.note_removed(tx, row.id, now)
            google_outbox.drop(tx, row.id)
    log.info("google.event", extra={"object": row.id, "kind": callback.kind.value})
