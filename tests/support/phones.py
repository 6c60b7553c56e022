"""Passes held by phones, as rows: for tests that need many and no files."""

from support.shops import Shop

from walletpass.operations.devices import register as registering
from walletpass.operations.devices.authenticate import authenticate
from walletpass.operations.passes.issue import digest_token
from walletpass.operations.services import Services
from walletpass.store import devices
from walletpass.store.statements import add

PASS_TYPE = "pass.test.cards"
TOKEN = "a token of more than sixteen"
PHONE = "phone-1"


def register(
    services: Services,
    library_id: str,
    pass_type: str,
    serial: str,
    token: str,
    push_token: str,
    *,
    takes_pushes: bool = True,
) -> bool:
    """As a phone does; whether it was new."""
    held = authenticate(services, pass_type, serial, token)
    return registering.register(services, held, library_id, push_token, takes_pushes=takes_pushes)


def unregister(services: Services, library_id: str, pass_type: str, serial: str, token: str) -> None:
    registering.unregister(services, authenticate(services, pass_type, serial, token), library_id)


def hold_pass(shop: Shop, serial: str, library_id: str = PHONE, *, takes_pushes: bool = True) -> int:
    """A card installed on the phone; the account's id."""
    account_id = shop.account_id(shop.join())
    with shop.services.transaction() as tx:
        add(
            tx,
            devices.passes,
            account_id=account_id,
            pass_type_identifier=PASS_TYPE,
            serial=serial,
            token_digest=digest_token(shop.services, TOKEN),
            token_sealed=shop.services.vault.seal(TOKEN),
            created_at=shop.clock.now(),
        )
    register(shop.services, library_id, PASS_TYPE, serial, TOKEN, "push-token", takes_pushes=takes_pushes)
    return account_id
