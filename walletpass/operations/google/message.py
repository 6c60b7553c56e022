"""A message to everybody who has a merchant's card in Google Wallet, or to one of them, for a time.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/trigger-push-notifications
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from walletpass.gpay.answers import documents_in
from walletpass.gpay.client import WalletClient
from walletpass.gpay.contract.answers import as_request
from walletpass.gpay.errors import Cause, Verdict, WalletError
from walletpass.gpay.ids import ObjectId
from walletpass.loyalty.identifiers import clean_line
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.google.send import count_notice, has_notice_left
from walletpass.operations.services import Services
from walletpass.store import google
from walletpass.store.google_messages import list_held
from walletpass.store.statements import change

_AT_ONCE = 100
_LONGEST = {"header": 60, "body": 500}
_MOST_KEPT = 10
"""Messages on one card, which Google shows: https://developers.google.com/wallet/reference/rest/v1/Message."""
_NAME_BYTES = 12


class Reach(StrEnum):
    NOTIFIED = "notified"
    SILENT = "silent"
    """On the card, without a notification: none was wanted, or the card has had the day's."""
    ALREADY = "already"
    """The same message was there."""
    REFUSED = "refused"
    """By Google, for this card."""


@dataclass(frozen=True, slots=True)
class CardMessage:
    header: str
    body: str
    until: datetime
    """When it goes from the card."""

    @property
    def id(self) -> str:
        """The same for the same words and end, so that sending twice adds nothing."""
        said = "\0".join((self.header, self.body, self.until.isoformat()))
        return f"m-{blake2b(said.encode(), digest_size=_NAME_BYTES).hexdigest()}"

    def document(self, now: datetime, *, notify: bool) -> dict[str, Any]:
        start, end = ({"date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"} for at in (now, self.until))
        return {
            "id": self.id,
            "header": self.header,
            "body": self.body,
            "displayInterval": {"start": start, "end": end},
            "messageType": "TEXT_AND_NOTIFY" if notify else "TEXT",
        }


def write_message(header: str, body: str, until: datetime) -> CardMessage:
    """Raises Refusal text_missing, text_too_long."""
    texts = {"header": clean_line(header), "body": clean_line(body)}
    for field, text in texts.items():
        if not text:
            raise Refusal("text_missing", field=field)
        if len(text) > _LONGEST[field]:
            raise Refusal("text_too_long", field=field, most=_LONGEST[field])
    return CardMessage(**texts, until=until)


def send_message(
    services: Services,
    merchant_id: int,
    message: CardMessage,
    *,
    account_id: int | None = None,
    notify: bool = True,
) -> Counter[Reach]:
    """To one account's card or to all: how many it reached, and how. Sent again after an interruption, it goes on
    where it stopped.

    Raises WalletError where Google takes nothing, or nothing now.
    """
    held = _list_held(services, merchant_id, account_id)
    return Counter(_tell(services, row, message, notify) for row in held)


def _list_held(services: Services, merchant_id: int, account_id: int | None) -> Iterator[Any]:
    after = 0
    while True:
        with services.reading() as tx:
            page = list_held(tx, merchant_id, account_id, after, _AT_ONCE)
        if not page:
            return
        yield from page
        after = page[-1].id


def _tell(services: Services, row: Any, message: CardMessage, notify: bool) -> Reach:
    now = services.clock.now()
    with services.reading() as tx:
        issuer = services.google.of_id(tx, services.vault, row.issuer_id)
    if issuer is None:
        return Reach.REFUSED
    notifies = notify and has_notice_left(row, now)
    try:
        reached = _add(issuer.client, row, message, now, notifies)
    except WalletError as error:
        if error.failure.verdict is not Verdict.REFUSED:
            raise
        return Reach.REFUSED
    if reached is Reach.NOTIFIED:
        with services.transaction() as tx:
            change(tx, google.google_objects, row.id, **count_notice(row, now))
    return reached


def _add(client: WalletClient, row: Any, message: CardMessage, now: datetime, notifies: bool) -> Reach:
    object_id = str(ObjectId(row.issuer_id, row.suffix))
    held = documents_in(client.objects.get(object_id).get("messages"))
    if any(each.get("id") == message.id for each in held):
        return Reach.ALREADY
    if len(held) >= _MOST_KEPT:
        latest = as_request("LoyaltyObject", {"messages": held[1 - _MOST_KEPT :]})
        client.objects.patch({"id": object_id, **latest})
    try:
        client.objects.add_message(object_id, message.document(now, notify=notifies))
    except WalletError as error:
        if error.failure.cause is not Cause.QUOTA_SPENT:
            raise
        client.objects.add_message(object_id, message.document(now, notify=False))
        return Reach.SILENT
    return Reach.NOTIFIED if notifies else Reach.SILENT
