"""Private keys: made, asked to be certified, and written where only their owner may read."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_PUBLIC_MODE = 0o644


def make_key() -> rsa.RSAPrivateKey:
    """RSA of 2048 bits, the kind that Apple certifies."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_request(key: rsa.RSAPrivateKey, common_name: str) -> bytes:
    """A certificate signing request as PEM. Apple replaces the subject by its own."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    return request.public_bytes(Encoding.PEM)


def write_key(path: Path, key: PrivateKeyTypes) -> None:
    """Write the key as unencrypted PEM with mode 600; at no moment can anybody else read it."""
    _replace(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def write_certificates(path: Path, *certificates: x509.Certificate) -> None:
    _replace(path, b"".join(link.public_bytes(Encoding.PEM) for link in certificates), _PUBLIC_MODE)


def write_request(path: Path, request: bytes) -> None:
    _replace(path, request, _PUBLIC_MODE)


def _replace(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Whole or not at all, also when the disk is full."""
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:  # made with mode 600
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
