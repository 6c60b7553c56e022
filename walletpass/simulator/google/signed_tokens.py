"""JSON web tokens signed with RS256 (RFC 7515, RFC 7519), as service accounts send them."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256


class InvalidToken(Exception):
    """Text that is not a token, or not of whom it names."""


@dataclass(frozen=True, slots=True)
class SignedToken:
    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def check(self, key: RSAPublicKey) -> None:
        """Raises InvalidToken."""
        if self.header.get("alg") != "RS256" or self.header.get("typ", "JWT") != "JWT":
            raise InvalidToken("It is not signed with RS256.")
        try:
            key.verify(self.signature, self.signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise InvalidToken("Invalid JWT Signature.") from None


def read_token(text: str) -> SignedToken:
    """Nothing of it is checked yet. Raises InvalidToken."""
    try:
        head, body, signature = text.split(".")
        header, claims = orjson.loads(_decode(head)), orjson.loads(_decode(body))
        found = SignedToken(header, claims, f"{head}.{body}".encode("ascii"), _decode(signature))
    except ValueError:
        raise InvalidToken("It is no JSON web token.") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("It is no JSON web token.")
    return found


def _decode(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
