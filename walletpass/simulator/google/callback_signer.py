"""Google's keys in small: a root key, and an intermediate key under it that signs what is told to issuers.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/use-callbacks-for-saves-and-deletions
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from walletpass.gpay.signing_keys import PROTOCOL, SENDER, to_be_signed

_FOREVER = "4102444800000"
"""Milliseconds: the year 2100."""
_INTERMEDIATE_LASTS = timedelta(days=7)


def _make_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass(frozen=True)
class CallbackSigner:
    root: EllipticCurvePrivateKey = field(default_factory=_make_key)
    intermediate: EllipticCurvePrivateKey = field(default_factory=_make_key)
    sender: str = SENDER

    def keys(self) -> dict[str, Any]:
        """The document of root keys that issuers fetch."""
        key = {"keyValue": _describe(self.root), "protocolVersion": PROTOCOL, "keyExpiration": _FOREVER}
        return {"keys": [key]}

    def sign(self, message: str, recipient: str, now: datetime) -> dict[str, Any]:
        """The whole body of a callback. `recipient` is the issuer's id."""
        signed_key = self._write_key(now + _INTERMEDIATE_LASTS)
        key_signature = _sign(self.root, self.sender, PROTOCOL, signed_key)
        return {
            "signature": _sign(self.intermediate, self.sender, recipient, PROTOCOL, message),
            "intermediateSigningKey": {"signedKey": signed_key, "signatures": [key_signature]},
            "protocolVersion": PROTOCOL,
            "signedMessage": message,
        }

    def _write_key(self, expires: datetime) -> str:
        milliseconds = str(int(expires.timestamp() * 1000))
        document = {"keyValue": _describe(self.intermediate), "keyExpiration": milliseconds}
        # Google's own writer escapes the equals sign: whoever writes the text anew loses its signature.
        return json.dumps(document, separators=(",", ":")).replace("=", r"\u003d")


def _describe(key: EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(public).decode()


def _sign(key: EllipticCurvePrivateKey, *parts: str) -> str:
    return b64encode(key.sign(to_be_signed(*parts), ECDSA(SHA256()))).decode()
