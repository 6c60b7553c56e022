"""What a till shows, and whether somebody who says so stands in front of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from walletpass.loyalty.check_in import (
    SECRET_BYTES,
    is_check_in_code,
    make_check_in_code,
    refuse_again,
    refuse_far,
    shown_until,
)
from walletpass.loyalty.positions import Position
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.locations.edit import get_row
from walletpass.operations.services import Services
from walletpass.store import check_ins
from walletpass.store.session import Transaction


@dataclass(frozen=True, slots=True)
class ShownCode:
    code: str
    shown_until: datetime


def show_code(services: Services, merchant_id: int, location_id: int) -> ShownCode:
    """What that location's till shows now.

    Raises Refusal unknown_location, also for another merchant's and a closed one.
    """
    now = services.clock.now()
    with services.reading() as tx:
        row = _get_open(tx, merchant_id, location_id)
    secret = _read_secret(services, row) or _make_secret(services, location_id)
    return ShownCode(make_check_in_code(secret, location_id, now), shown_until(now))


def check_code(
    services: Services,
    tx: Transaction,
    merchant_id: int,
    location_id: int,
    account_id: int,
    code: str,
    position: Position | None = None,
    farthest: int | None = None,
) -> None:
    """Part of posting a check-in, with the account locked: what passes is noted, so that it does not pass again.

    `farthest`: metres; None: it does not matter how far.
    Raises Refusal: unknown_location, stale_check_in, checked_in_already, position_needed, too_far.
    """
    now = services.clock.now()
    row = _get_open(tx, merchant_id, location_id)
    secret = _read_secret(services, row)
    if secret is None or not is_check_in_code(secret, location_id, code, now):
        raise Refusal("stale_check_in")
    refuse_again(check_ins.find_last_at(tx, account_id), now)
    refuse_far(Position(row.latitude, row.longitude), position, farthest)
    check_ins.note(tx, account_id, location_id, now)


def renew_secret(services: Services, merchant_id: int, location_id: int) -> None:
    """All codes of that location that anybody could have made are worth nothing. Raises Refusal unknown_location."""
    with services.transaction() as tx:
        get_row(tx, merchant_id, location_id)
        check_ins.replace_secret(tx, location_id, _seal_new(services))


def _get_open(tx: Transaction, merchant_id: int, location_id: int) -> Any:
    row = get_row(tx, merchant_id, location_id)
    if not row.open:
        raise Refusal("unknown_location")
    return row


def _read_secret(services: Services, row: Any) -> bytes | None:
    sealed = row.check_in_secret_sealed
    return bytes.fromhex(services.vault.unseal(sealed)) if sealed else None


def _make_secret(services: Services, location_id: int) -> bytes:
    """Of two tills that begin at the same moment, both have the first one's."""
    with services.transaction() as tx:
        sealed = check_ins.keep_secret(tx, location_id, _seal_new(services))
    return bytes.fromhex(services.vault.unseal(sealed))


def _seal_new(services: Services) -> bytes:
    return services.vault.seal(secrets.token_hex(SECRET_BYTES))
