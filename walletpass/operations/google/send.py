"""One object to Google: only what differs from what Google has, and nothing where nothing does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from walletpass.gpay.changes import Change, digest, find_change, replacement, with_notice
from walletpass.gpay.client import WalletClient
from walletpass.gpay.collection import Collection
from walletpass.gpay.contract import check_class, check_object
from walletpass.gpay.errors import Cause, Failure, WalletError
from walletpass.operations.google.show import Sight, show_class, show_object, show_pictures
from walletpass.operations.services import Services
from walletpass.store import accounts, google
from walletpass.store.google_outbox import tell_object
from walletpass.store.halts import end_halt, google_halts
from walletpass.store.session import Transaction
from walletpass.store.statements import change as change_row

NOTICES_PER_DAY = 3
"""Of one card, which Google allows: https://developers.google.com/wallet/retail/loyalty-cards/use-cases/trigger-push-notifications."""
_DAY = timedelta(days=1)
_CHECKS = {"LoyaltyClass": check_class, "LoyaltyObject": check_object}


@dataclass(frozen=True, slots=True)
class SentObject:
    document: dict[str, Any]
    is_changed: bool
    has_notified: bool


def send_object(
    services: Services, sight: Sight, now: datetime, *, notify: bool, client: WalletClient | None = None
) -> SentObject:
    """Its class first, where that changed. Records what Google has then. Raises WalletError.

    `notify`: whether the phone may say so, if the card has notices left today.
    """
    client = client or sight.issuer.client
    try:
        sent = _send(services, sight, client, now, notify)
    except WalletError as error:
        if error.failure.cause is Cause.PLACES_NOT_ALLOWED:
            services.google.note_places_refused(sight.issuer.id)
        elif error.failure.cause is Cause.QUOTA_SPENT and notify:  # Google counts more than we do
            notify = False
        elif error.failure.cause is Cause.MISSING:  # neither can be deleted: it is another Google than before
            sight = sight.as_unsent()
        else:
            raise
        sent = _send(services, sight, client, now, notify)
    with services.transaction() as tx:
        if sight.sent == "":
            _tell_if_changed(tx, sight, now)
        noted = {"class_id": sight.class_row.id, "sent": digest(sent.document), "sent_at": now}
        counted = count_notice(sight.row, now) if sent.has_notified else {}
        version = {"sent_version": sight.card.version, "problem": ""}
        change_row(tx, google.google_objects, sight.row.id, **noted, **version, **counted)
        if sent.is_changed:
            end_halt(tx, google_halts, sight.issuer.id)
    return sent


def _tell_if_changed(tx: Transaction, sight: Sight, now: datetime) -> None:
    """Changes tell of objects that Google has: one that came while it got this one for the first time told nothing."""
    account: Any = accounts.lock_account(tx, sight.row.account_id)
    if account.card_version > sight.card.version:
        tell_object(tx, sight.row.id, now)


def has_notice_left(row: Any, now: datetime) -> bool:
    return row.window_at is None or now >= row.window_at + _DAY or row.window_notices < NOTICES_PER_DAY


def count_notice(row: Any, now: datetime) -> dict[str, Any]:
    """The columns of an object that has notified once more."""
    if row.window_at is None or now >= row.window_at + _DAY:
        return {"window_at": now, "window_notices": 1}
    return {"window_notices": row.window_notices + 1}


def _send(services: Services, sight: Sight, client: WalletClient, now: datetime, notify: bool) -> SentObject:
    pictures = show_pictures(services, sight)
    _send_class(services, sight, show_class(services, sight, pictures), client, now)
    document = show_object(services, sight, pictures)
    change = find_change(document, sight.sent)
    notifies = notify and change.can_notify and sight.sent != "" and has_notice_left(sight.row, now)
    if change:
        _put(client.objects, "LoyaltyObject", document, change, sight.sent, notifies)
    return SentObject(document, bool(change), notifies)


def _send_class(
    services: Services, sight: Sight, document: dict[str, Any], client: WalletClient, now: datetime
) -> None:
    """Once, however many of its objects are sent together: the others wait, and see that it is done."""
    if not find_change(document, sight.class_sent):
        return
    with services.google.alone_with(sight.class_row.id, client.patience.total):
        with services.reading() as tx:
            row = google.get_class(tx, sight.class_row.id)
        is_as_seen = (row.sent, row.sent_at) == (sight.class_row.sent, sight.class_row.sent_at)
        sent = sight.class_sent if is_as_seen else row.sent
        if not (change := find_change(document, sent)):
            return
        _put(client.classes, "LoyaltyClass", document, change, sent, notifies=False)
        noted = {"sent": digest(document), "sent_at": now, "problem": ""}
        with services.transaction() as tx:
            change_row(tx, google.google_classes, row.id, **noted)


def _put(
    collection: Collection, schema: str, document: dict[str, Any], change: Change, sent: str, notifies: bool
) -> None:
    _refuse_unsound(schema, document)
    if not sent:
        collection.insert_or_patch(document)
        return
    if change.cleared:
        body = replacement(schema, collection.get(document["id"]), document)
        collection.update(with_notice(body) if notifies else body)
    else:
        body = {"id": document["id"], **change.body}
        collection.patch(with_notice(body) if notifies else body)


def _refuse_unsound(schema: str, document: dict[str, Any]) -> None:
    """Before Google does, which names one problem of several and passes over members that it does not know."""
    if problems := _CHECKS[schema](document):
        raise WalletError(Failure(Cause.INVALID, detail=" ".join(map(str, problems))))
