"""Whether a request may speak for a pass: the token against that serial number, in constant time."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from walletpass.operations.passes.issue import ASKED, IssuedPass, digest_token
from walletpass.operations.services import Services
from walletpass.store import devices

_NOBODY = bytes(32)


class NotAuthenticated(Exception):
    """Wrong token or unknown pass: the same answer, so that serial numbers cannot be probed."""


@dataclass(frozen=True, slots=True)
class HeldPass:
    """A pass that the request has proved to hold."""

    id: int
    account_id: int
    pass_type_identifier: str
    serial: str
    token_sealed: bytes = field(repr=False)
    changed_at: datetime
    """Of the card, at a whole second."""
    next_change_at: datetime | None
    """When the card changes by itself."""
    fetched_version: int
    asks_to_sign_up: bool

    @property
    def issued(self) -> IssuedPass:
        return IssuedPass(
            self.id, self.pass_type_identifier, self.serial, self.token_sealed, self.asks_to_sign_up
        )


def authenticate(services: Services, pass_type: str, serial: str, token: str) -> HeldPass:
    """Raises NotAuthenticated."""
    with services.reading() as tx:
        row = devices.find_pass(tx, pass_type, serial)
    expected = row.token_digest if row is not None else _NOBODY
    if not hmac.compare_digest(expected, digest_token(services, token)) or row is None:
        raise NotAuthenticated
    return HeldPass(
        id=row.id,
        account_id=row.account_id,
        pass_type_identifier=pass_type,
        serial=serial,
        token_sealed=row.token_sealed,
        changed_at=row.card_changed_at,
        next_change_at=row.next_change_at,
        fetched_version=row.fetched_version,
        asks_to_sign_up=row.personalisation == ASKED,
    )
