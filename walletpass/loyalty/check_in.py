"""Checking in by oneself with a code that the till shows and that changes: a photograph of it is soon worth nothing."""

import hashlib
import hmac
from datetime import datetime, timedelta

from walletpass.loyalty.identifiers import read_code, spell_bytes
from walletpass.loyalty.positions import Position, measure_distance
from walletpass.loyalty.refusals import Refusal

STEP = timedelta(seconds=30)
"""How long the till shows one code. The one before is good too, for who scanned it late: 60 seconds at most."""
COOL_DOWN = timedelta(hours=4)
"""Between two check-ins of one member."""
SECRET_BYTES = 32
_CODE_BYTES = 10
"""80 bits of the HMAC, as 16 letters: no more than that can be guessed within a minute."""
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_A_MINUTE = timedelta(minutes=1)


def make_check_in_code(secret: bytes, location_id: int, now: datetime) -> str:
    """What the till of that location shows now: letters and digits without look-alikes."""
    return _code(secret, location_id, _step(now))


def shown_until(now: datetime) -> datetime:
    """When the till has to show another one."""
    return _EPOCH + (_step(now) + 1) * STEP


def is_check_in_code(secret: bytes, location_id: int, code: str, now: datetime) -> bool:
    """Whether that location shows it, or did one step ago. Takes the same time whatever is wrong with it."""
    step, scanned = _step(now), read_code(code).encode()
    shown = [_code(secret, location_id, step - ago).encode() for ago in (0, 1)]
    return any([hmac.compare_digest(each, scanned) for each in shown])  # noqa: C419 - both are looked at


def refuse_again(last_at: datetime | None, now: datetime) -> None:
    """Raises Refusal checked_in_already."""
    wait = last_at + COOL_DOWN - now if last_at else timedelta(0)
    if wait > timedelta(0):
        raise Refusal("checked_in_already", minutes=-(-wait // _A_MINUTE))


def refuse_far(location: Position, member: Position | None, farthest: int | None) -> None:
    """`farthest`: metres; None: it does not matter where the member is.

    A position comes from the member's phone and can be made up: it keeps the honest honest.
    Raises Refusal position_needed, too_far.
    """
    if farthest is None:
        return
    if member is None:
        raise Refusal("position_needed")
    metres = measure_distance(location, member)
    if metres > farthest:
        raise Refusal("too_far", metres=round(metres))


def _step(now: datetime) -> int:
    return (now - _EPOCH) // STEP


def _code(secret: bytes, location_id: int, step: int) -> str:
    said = hmac.digest(secret, f"check in {location_id} {step}".encode(), hashlib.sha256)
    return spell_bytes(said[:_CODE_BYTES])
