"""The codes by which a card is scanned: random ones of our own, and numbers of printed cards."""

from datetime import datetime

from walletpass.loyalty.identifiers import new_barcode, new_typed_code, read_code
from walletpass.operations.services import Services
from walletpass.store import accounts
from walletpass.store.session import Transaction
from walletpass.store.statements import add


def give_codes(services: Services, tx: Transaction, account_id: int, now: datetime) -> str:
    """A barcode, and one to be typed where nothing can scan, which is returned."""
    typed = new_typed_code()
    for kind, code in (("barcode", new_barcode()), ("typed", typed)):
        keep_code(services, tx, account_id, kind, code, digest_code(services, code), now)
    return typed


def keep_code(
    services: Services, tx: Transaction, account_id: int, kind: str, code: str, digest: bytes, now: datetime
) -> None:
    values = {"kind": kind, "digest": digest, "sealed": services.vault.seal(code), "created_at": now}
    add(tx, accounts.scan_codes, account_id=account_id, **values)


def digest_code(services: Services, code: str) -> bytes:
    return services.vault.digest("scan code", read_code(code))


def digest_plastic(services: Services, merchant_id: int, number: str) -> bytes:
    """Each merchant's own: two of them may have had cards with the same numbers printed."""
    return services.vault.digest("plastic", f"{merchant_id}:{read_code(number)}")
