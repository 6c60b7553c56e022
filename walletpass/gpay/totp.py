"""Rotating barcodes: a code that is good for less than two minutes, so that a picture of it is worth nothing.

https://developers.google.com/wallet/retail/loyalty-cards/resources/rotating-barcodes
https://www.rfc-editor.org/rfc/rfc6238
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

PERIOD = timedelta(seconds=30)
DIGITS = 8

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECRET_BYTES = 20  # as long as what SHA-1 gives, RFC 4226 section 4
_TOLERANCE = 1
"""Periods by which the phone's clock may differ from ours."""
_SHOWN = re.compile(rf"(?P<code>[!-~]{{1,200}})\.(?P<second>[0-9]{{1,12}})\.(?P<value>[0-9]{{{DIGITS}}})")


class RotatingCodeRefused(Exception):
    """`code`: `stale_code` for one that was the card's at the time it names, else `wrong_code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What a scanner read, not yet believed."""

    code: str
    """The card's own, which never changes."""
    second: int
    """Since 1970, by the phone's clock. Nothing vouches for it."""
    value: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None if it is no code of a rotating barcode."""
        found = _SHOWN.fullmatch(text)
        return cls(found["code"], int(found["second"]), found["value"]) if found else None


@dataclass(frozen=True, slots=True)
class AcceptedCode:
    """For the caller to refuse a repetition: of a card's steps only later ones than the last used may be used."""

    step: int
    until: datetime
    """From then on the step is refused as stale, and need not be kept."""


def make_secret() -> bytes:
    """One for each card. It is sent to Google with the object, and stands in no link."""
    return secrets.token_bytes(_SECRET_BYTES)


def describe_rotating_barcode(code: str, secret: bytes) -> dict[str, Any]:
    """An object's `rotatingBarcode`, which `ShownCode.read` understands. `code`: printable ASCII without spaces."""
    return {
        "type": "QR_CODE",
        "valuePattern": f"{code}.{{totp_timestamp_seconds}}.{{totp_value_0}}",
        "totpDetails": {
            "algorithm": "TOTP_SHA1",
            "periodMillis": str(PERIOD // timedelta(milliseconds=1)),
            "parameters": [{"key": secret.hex().upper(), "valueLength": DIGITS}],
        },
    }


def value_at(secret: bytes, at: datetime) -> str:
    return _value_of(secret, _step_of(at))


def check_shown_code(shown: ShownCode, secret: bytes, now: datetime) -> AcceptedCode:
    """Raises RotatingCodeRefused."""
    present = _step_of(now)
    steps = range(present - _TOLERANCE, present + _TOLERANCE + 1)
    # Every value is compared, so that the time it takes tells nothing.
    fitting = [step for step in steps if compare_digest(_value_of(secret, step), shown.value)]
    named = compare_digest(_value_of(secret, shown.second // (PERIOD // timedelta(seconds=1))), shown.value)
    if not fitting:
        raise RotatingCodeRefused("stale_code" if named else "wrong_code")
    return AcceptedCode(fitting[-1], _EPOCH + (fitting[-1] + _TOLERANCE + 1) * PERIOD)


def _step_of(at: datetime) -> int:
    return (at - _EPOCH) // PERIOD


def _value_of(secret: bytes, step: int) -> str:
    return HOTP(secret, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - what Google's phones compute
