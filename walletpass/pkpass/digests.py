"""Hashes of a pass, from the library that signs it: after an RSA operation only its code is still in the processor's
caches, and `hashlib` brings another OpenSSL.
"""

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, Hash

_SHA1, _SHA256 = SHA1(), SHA256()  # noqa: S303 - Wallet knows no other


def sha1(data: bytes) -> bytes:
    hashed = Hash(_SHA1)
    hashed.update(data)
    return hashed.finalize()


def sha256(data: bytes) -> bytes:
    hashed = Hash(_SHA256)
    hashed.update(data)
    return hashed.finalize()
