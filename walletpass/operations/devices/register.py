"""A phone asks to be told when a pass changes, or to be left alone."""

from walletpass.operations.devices.authenticate import get_authenticated_pass
from walletpass.operations.services import Services
from walletpass.store import devices, outbox
from walletpass.store.statements import add, change


def register(
    services: Services, library_id: str, pass_type: str, serial: str, token: str, push_token: str
) -> bool:
    """Whether the registration is new. The push token is kept either way: a phone may come with another one.

    A pass that changed since its file was handed out is pushed at once. Raises NotAuthenticated.
    """
    now = services.clock.now()
    with services.transaction() as tx:
        held = get_authenticated_pass(services, tx, pass_type, serial, token)
        given = {"push_token_sealed": services.vault.seal(push_token), "token_given_at": now}
        device = devices.lock_device(tx, library_id)
        if device is None:
            device_id = add(tx, devices.devices, library_id=library_id, **given)
        else:
            device_id = device.id
            change(tx, devices.devices, device_id, **given)
        is_new = devices.find_registration(tx, device_id, held.id) is None
        if is_new:
            add(tx, devices.registrations, device_id=device_id, pass_id=held.id, registered_at=now)
        if held.card_version > held.handed_version:
            outbox.tell_phone(tx, device_id, pass_type, now)
    return is_new


def unregister(services: Services, library_id: str, pass_type: str, serial: str, token: str) -> None:
    """Also when there was no registration. Raises NotAuthenticated."""
    with services.transaction() as tx:
        held = get_authenticated_pass(services, tx, pass_type, serial, token)
        device = devices.lock_device(tx, library_id)
        if device is not None:
            devices.remove_registration(tx, device.id, held.id)
