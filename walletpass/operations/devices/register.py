"""A phone asks to be told when a pass changes, or to be left alone."""

from datetime import datetime
from typing import Any

from walletpass.operations.devices.authenticate import HeldPass
from walletpass.operations.services import Services
from walletpass.store import changes, devices, lanes, outbox
from walletpass.store.session import Transaction


def register(
    services: Services, held: HeldPass, library_id: str, push_token: str, *, takes_pushes: bool = True
) -> bool:
    """Whether the registration is new. The push token is kept either way: a phone may come with another one.

    A phone whose copy may be older than the card is pushed at once, and its next list names the pass: it may have
    asked for others since the card changed. Wallets that APNs does not reach have no topic: they are told nothing,
    and see changes when they ask.
    """
    now = services.clock.now()
    sealed = services.vault.seal(push_token)
    with services.transaction() as tx:
        card = devices.hold_card(tx, held.id)
        device_id = devices.keep_device(tx, library_id, sealed, now)
        is_new = devices.keep_registration(tx, device_id, held.id, now)
        if is_new and takes_pushes:
            devices.keep_topic(tx, device_id, held.pass_type_identifier)
        if card.card_version > card.handed_version:
            _tell(tx, held, device_id, card, now, is_new=is_new)
    return is_new


def _tell(tx: Transaction, held: HeldPass, device_id: int, card: Any, now: datetime, *, is_new: bool) -> None:
    topic = devices.find_topic(tx, device_id, held.pass_type_identifier)
    listed_at = topic.listed_at if topic is not None else None
    is_behind = is_new or _is_behind(tx, held, device_id, card, listed_at)
    # Nobody fetched the change: a phone that was told of it with updates switched off has a tag beyond it.
    if is_behind or card.fetched_version < card.card_version:
        devices.list_once_more(tx, device_id, held.id, changes.take_tag(tx))
    if is_behind and topic is not None:
        outbox.tell_phone(tx, topic.id, now)


def _is_behind(
    tx: Transaction, held: HeldPass, device_id: int, card: Any, listed_at: datetime | None
) -> bool:
    """Whether the card changed after the phone was heard of: what was pushed to its former token may be lost."""
    heard_at = max(filter(None, (devices.get_registered_at(tx, device_id, held.id), listed_at)))
    return bool(card.card_changed_at >= heard_at.replace(microsecond=0))


def unregister(services: Services, held: HeldPass, library_id: str) -> None:
    """Also when there was no registration."""
    with services.transaction() as tx:
        devices.hold_card(tx, held.id)
        _forget(tx, library_id, held.id, held.pass_type_identifier)


def unregister_all(tx: Transaction, account_id: int) -> None:
    """Every phone that holds a pass of the account, which must be locked."""
    for held in devices.list_registered(tx, account_id):
        _forget(tx, held.library_id, held.pass_id, held.pass_type_identifier)


def _forget(tx: Transaction, library_id: str, pass_id: int, pass_type: str) -> None:
    device_id = devices.lock_device(tx, library_id)
    if device_id is None:
        return
    devices.remove_registration(tx, device_id, pass_id)
    left = devices.list_pass_types_held(tx, device_id)
    if not left:
        outbox.forget_device(tx, device_id)
        devices.forget_device(tx, device_id)
    elif pass_type not in left:
        _leave_topic(tx, device_id, pass_type)


def _leave_topic(tx: Transaction, device_id: int, pass_type: str) -> None:
    topic = devices.find_topic(tx, device_id, pass_type)
    if topic is not None:
        lanes.drop(tx, outbox.push_outbox, [topic.id])
        devices.forget_topic(tx, topic.id)
