"""The pass of an account: made at the first download, the same ever after."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.refusals import Refusal
from walletpass.operations.passes.operators import get_operators
from walletpass.operations.services import Services
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.pkpass.signing import Signer
from walletpass.store import devices, pass_types
from walletpass.store.session import Transaction
from walletpass.store.statements import add, change

ASKED, SIGNED_UP = "asked", "done"
"""What a pass's `personalisation` may be, where it is not empty."""

_SERIAL_BYTES, _TOKEN_BYTES = 12, 24


@dataclass(frozen=True, slots=True)
class IssuedPass:
    id: int
    pass_type_identifier: str
    serial: str
    token_sealed: bytes
    asks_to_sign_up: bool = False
    """Whether its file holds a form for the holder: only for passes with NFC, of which the product issues none."""


def get_signer(services: Services, tx: Transaction, own_pass_type: str | None, at: datetime) -> Signer:
    """The merchant's own signer, or the operator's. Raises Refusal no_certificate."""
    pass_type = own_pass_type or get_operators(services, tx).name
    try:
        return services.signers.for_pass_type(pass_type, at)
    except CertificateRefused as refused:
        raise Refusal("no_certificate") from refused


def issue_pass(
    services: Services, tx: Transaction, account: Any, signer: Signer, now: datetime
) -> IssuedPass:
    """Find the account's pass of the signer's pass type, or make it. Runs inside a write transaction."""
    pass_type = signer.pass_type_identifier
    row = devices.find_pass_of_account(tx, account.id, pass_type)
    if row is not None:
        return IssuedPass(row.id, pass_type, row.serial, row.token_sealed, row.personalisation == ASKED)
    serial, token = secrets.token_hex(_SERIAL_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
    sealed = services.vault.seal(token)
    pass_id = add(
        tx,
        devices.passes,
        account_id=account.id,
        pass_type_identifier=pass_type,
        serial=serial,
        token_digest=digest_token(services, token),
        token_sealed=sealed,
        handed_version=account.card_version,
        created_at=now,
    )
    pass_types.note_issued(tx, pass_type)
    return IssuedPass(pass_id, pass_type, serial, sealed)


def renew_token(services: Services, tx: Transaction, account_id: int) -> None:
    """Whoever holds the account's passes now gets nothing new any more."""
    for issued in devices.list_passes(tx, account_id):
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        new = {"token_digest": digest_token(services, token), "token_sealed": services.vault.seal(token)}
        change(tx, devices.passes, issued.id, **new)


def digest_token(services: Services, token: str) -> bytes:
    return services.vault.digest("authentication token", token)
