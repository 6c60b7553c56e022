"""Which account a scanned or typed code belongs to."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag

from walletpass.gpay.totp import RotatingCodeRefused, ShownCode, check_shown_code
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.scan_codes import digest_code, digest_plastic
from walletpass.operations.services import Services
from walletpass.store import accounts, google
from walletpass.store.session import Transaction

_TICKET = "scanned:"
_TICKET_LASTS = timedelta(hours=12)
"""A stamp that waited for the network still goes through the same day."""


class Scan(NamedTuple):
    account_id: int
    code: str
    """What the card is called from here on: a code that rotates is good for one scan only."""


def scan_card(services: Services, merchant_id: int, text: str) -> Scan:
    """Raises Refusal: those of `find_card`, stale_code, used_code."""
    shown = ShownCode.read(text)
    if shown is None:
        return Scan(find_card(services, merchant_id, text), text)
    now = services.clock.now()
    with services.transaction() as tx:
        account_id = int(_find(services, tx, merchant_id, shown.code).account_id)
        _use(services, tx, account_id, shown, now)
    return Scan(account_id, _write_ticket(services, merchant_id, account_id, now))


def find_card(services: Services, merchant_id: int, text: str, *, reason: str | None = None) -> int:
    """The account's id. `reason`: why the code of a card that rotates was typed; None where nobody asks.

    Raises Refusal unknown_card (also for another merchant's), void_card, static_code, typed_code.
    """
    if text.startswith(_TICKET):
        return _read_ticket(services, merchant_id, text, services.clock.now())
    with services.reading() as tx:
        found = _find(services, tx, merchant_id, text)
        if found.kind == "typed" and reason == "" and google.must_rotate(tx, found.account_id):
            raise Refusal("typed_code")
        return _accept(tx, found)


def get_account_by_code(services: Services, tx: Transaction, merchant_id: int, code: str) -> int:
    """The same as a part of something larger."""
    return _accept(tx, _find(services, tx, merchant_id, code))


def _find(services: Services, tx: Transaction, merchant_id: int, code: str) -> Any:
    digests = digest_code(services, code), digest_plastic(services, merchant_id, code)
    found = accounts.find_scan_code(tx, merchant_id, *digests)
    if found is None:
        raise Refusal("unknown_card")
    if found.revoked_at is not None:
        raise Refusal("void_card")
    return found


def _accept(tx: Transaction, found: Any) -> int:
    """A barcode that stands still is a picture of one that rotates."""
    if found.kind == "barcode" and google.must_rotate(tx, found.account_id):
        raise Refusal("static_code")
    return int(found.account_id)


def _use(services: Services, tx: Transaction, account_id: int, shown: ShownCode, now: datetime) -> None:
    held = google.lock_rotating(tx, account_id)
    if held is None:
        raise Refusal("unknown_card")
    try:
        accepted = check_shown_code(shown, bytes.fromhex(services.vault.unseal(held.secret_sealed)), now)
    except RotatingCodeRefused as refused:
        raise Refusal("stale_code" if refused.code == "stale_code" else "unknown_card") from None
    if accepted.step <= held.used_step:
        raise Refusal("used_code")
    google.use_step(tx, held.id, accepted.step)


def _write_ticket(services: Services, merchant_id: int, account_id: int, now: datetime) -> str:
    until = int((now + _TICKET_LASTS).timestamp())
    sealed = services.vault.seal(f"{merchant_id} {account_id} {until}")
    return _TICKET + urlsafe_b64encode(sealed).decode()


def _read_ticket(services: Services, merchant_id: int, text: str, now: datetime) -> int:
    try:
        sealed = urlsafe_b64decode(text.removeprefix(_TICKET))
        of_merchant, account_id, until = map(int, services.vault.unseal(sealed).split())
    except (ValueError, InvalidTag):
        raise Refusal("unknown_card") from None
    if of_merchant != merchant_id or until <= now.timestamp():
        raise Refusal("unknown_card")
    return account_id
