"""Keys that sign callbacks, and the bytes that they sign.

https://developers.google.com/pay/api/web/guides/resources/payment-data-cryptography
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SENDER = "GooglePayPasses"
PROTOCOL = "ECv2SigningOnly"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(r"[0-9]{1,15}")


class Malformed(ValueError):
    """Not as Google writes it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A root key, or the intermediate key that one of them signed."""

    public: EllipticCurvePublicKey
    expires: datetime

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """From `keyValue` (base64 of SPKI) and `keyExpiration` (milliseconds). Raises Malformed."""
        try:
            public = load_der_public_key(read_base64(document.get("keyValue")))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Malformed from error
        if not isinstance(public, EllipticCurvePublicKey) or not isinstance(public.curve, SECP256R1):
            raise Malformed("not a key on the curve P-256")
        return cls(public, read_milliseconds(document.get("keyExpiration")))

    def verifies(self, signature: bytes, signed: bytes) -> bool:
        """`signature`: ECDSA with SHA-256, DER."""
        try:
            self.public.verify(signature, signed, ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def to_be_signed(*parts: str) -> bytes:
    """Each part's UTF-8 behind its length in bytes, as four little-endian ones."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "little") + part for part in encoded)


def read_base64(text: object) -> bytes:
    """Raises Malformed."""
    if not isinstance(text, str):
        raise Malformed("not a text")
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise Malformed from error


def read_milliseconds(value: object) -> datetime:
    """Since 1970; Google writes such instants as numbers and as texts. Raises Malformed."""
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not _MILLISECONDS.fullmatch(text):
        raise Malformed("not milliseconds")
    try:
        return _EPOCH + timedelta(milliseconds=int(text))
    except OverflowError as error:
        raise Malformed from error
