"""A phone asks to be told when a pass changes, or to be left alone."""

from walletpass.operations.devices.authenticate import get_authenticated_pass
from walletpass.operations.services import Services
from walletpass.store import devices, outbox


def register(
    services: Services, library_id: str, pass_type: str, serial: str, token: str, push_token: str
) -> bool:
    """Whether the registration is new. The push token is kept either way: a phone may come with another one.

    A pass that changed since its file was handed out is pushed at once. Raises NotAuthenticated.
    """
    now = services.clock.now()
    with services.transaction() as tx:
        held = get_authenticated_pass(services, tx, pass_type, serial, token)
        device_id = devices.keep_device(tx, library_id, services.vault.seal(push_token), now)
        is_new = devices.keep_registration(tx, device_id, held.id, now)
        topic_id = devices.keep_topic(tx, device_id, pass_type)
        if held.card_version > held.handed_version:
            outbox.tell_phone(tx, topic_id, now)
    return is_new


def unregister(services: Services, library_id: str, pass_type: str, serial: str, token: str) -> None:
    """Also when there was no registration. Raises NotAuthenticated."""
    with services.transaction() as tx:
        held = get_authenticated_pass(services, tx, pass_type, serial, token)
        device = devices.lock_device(tx, library_id)
        if device is not None:
            devices.remove_registration(tx, device.id, held.id)
            if not devices.holds_anything(tx, device.id):
                outbox.forget_device(tx, device.id)
                devices.forget_device(tx, device.id)
