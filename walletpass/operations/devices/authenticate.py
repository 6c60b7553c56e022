"""Whether a request may speak for a pass: the token against that serial number, in constant time."""

import hmac
from typing import Any

from walletpass.operations.passes.issue import digest_token
from walletpass.operations.services import Services
from walletpass.store import devices
from walletpass.store.session import Transaction

_NOBODY = bytes(32)


class NotAuthenticated(Exception):
    """Wrong token or unknown pass: the same answer, so that serial numbers cannot be probed."""


def get_authenticated_pass(
    services: Services, tx: Transaction, pass_type: str, serial: str, token: str
) -> Any:
    """The pass's row. Raises NotAuthenticated."""
    row = devices.find_pass(tx, pass_type, serial)
    expected = row.token_digest if row is not None else _NOBODY
    if not hmac.compare_digest(expected, digest_token(services, token)) or row is None:
        raise NotAuthenticated
    return row
