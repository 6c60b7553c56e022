"""Secrets at rest: sealed so that they can be read again, or digested so that they can only be recognised."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_FILE = "secret.key"  # noqa: S105 - where it lies
"""In DATA_DIR."""
_NONCE_BYTES = 12  # NIST SP 800-38D


class Vault:
    """Two keys derived from the installation's secret, one for each use."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(_derive(secret, b"seal"))
        self._digest_key = _derive(secret, b"digest")
        self.session_key = _derive(secret, b"session").hex()

    def seal(self, text: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def unseal(self, sealed: bytes) -> str:
        """Raises cryptography.exceptions.InvalidTag if it was sealed with another secret."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()

    def digest(self, purpose: str, text: str) -> bytes:
        """32 bytes; keyed, so that e-mail addresses cannot be tried out on a stolen database."""
        return hmac.digest(self._digest_key, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def derive(self, purpose: str, text: str) -> str:
        """An unguessable text that always follows from the same input."""
        return base64.urlsafe_b64encode(self.digest(f"derive {purpose}", text)[:18]).decode()


def load_secret(given: str, data_dir: Path) -> str:
    """The operator's secret, or one made at the first start and kept in DATA_DIR (mode 600)."""
    if given:
        return given
    path = data_dir / SECRET_FILE
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=b"walletpass", info=purpose).derive(secret.encode())
