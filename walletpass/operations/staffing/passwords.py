"""Passwords: argon2, and one rule."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from walletpass.loyalty.refusals import Refusal

LEAST = 10
MOST = 200
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")
"""Checked for unknown addresses, so that they take as long as known ones."""


def hash_password(password: str) -> str:
    """Raises Refusal weak_password."""
    if not LEAST <= len(password) <= MOST:
        raise Refusal("weak_password", least=LEAST)
    return _hasher.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _NOBODY, password[:MOST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
