"""Certificates and keys from a file's content, whatever the file is called."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key, pkcs12

from walletpass.pkpass.refusals import CertificateRefused

_LoadKey = Callable[[bytes, bytes | None], PrivateKeyTypes]

_MAX_BYTES = 1_000_000
_PRIVATE_KEY = re.compile(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)
_P12_START = re.compile(rb"\x30(?:[\x01-\x7f]|\x80|[\x81-\x84].{1,4}?)\x02\x01\x03", re.DOTALL)
"""An outer SEQUENCE that begins with the INTEGER 3, PKCS #12's version (RFC 7292, section 4)."""


@dataclass(frozen=True, slots=True)
class Material:
    """What one or several files hold."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[PrivateKeyTypes, ...] = field(default=(), repr=False)

    def __add__(self, other: "Material") -> "Material":
        return Material(self.certificates + other.certificates, self.keys + other.keys)


def read_material(path: Path, passphrase: bytes | None = None) -> Material:
    """Read a PEM, DER or PKCS #12 file. Raises CertificateRefused."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CertificateRefused("unreadable_file", error=str(error.strerror)) from None
    if len(data) > _MAX_BYTES:
        raise CertificateRefused("file_too_large")
    return parse_material(data, passphrase)


def parse_material(data: bytes, passphrase: bytes | None = None) -> Material:
    """Decide by content: PEM (several blocks), DER certificate or key, or PKCS #12, old ciphers too.

    Raises CertificateRefused: `passphrase_needed`, `passphrase_wrong`, `damaged_certificate` or `no_material`.
    """
    if b"-----BEGIN " in data:
        return _parse_pem(data, passphrase)
    if _P12_START.match(data):
        return _parse_p12(data, passphrase)
    try:
        return Material((x509.load_der_x509_certificate(data),))
    except ValueError:
        return Material(keys=(_parse_key(data, passphrase, load_der_private_key),))


def _parse_pem(data: bytes, passphrase: bytes | None) -> Material:
    try:
        certificates = x509.load_pem_x509_certificates(data) if b"-----BEGIN CERTIFICATE-----" in data else []
    except ValueError:
        raise CertificateRefused("damaged_certificate") from None
    blocks = [match.group() for match in _PRIVATE_KEY.finditer(data)]
    return Material(
        tuple(certificates), tuple(_parse_key(block, passphrase, load_pem_private_key) for block in blocks)
    )


def _parse_p12(data: bytes, passphrase: bytes | None) -> Material:
    try:
        content = pkcs12.load_pkcs12(data, passphrase)
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateRefused("passphrase_wrong" if passphrase else "passphrase_needed") from None
    found = [entry.certificate for entry in (content.cert, *content.additional_certs) if entry]
    return Material(tuple(found), (content.key,) if content.key else ())


def _parse_key(data: bytes, passphrase: bytes | None, load: _LoadKey) -> PrivateKeyTypes:
    try:
        return load(data, None)
    except TypeError:
        pass  # what cryptography raises for a key that is encrypted
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateRefused("no_material") from None
    if not passphrase:
        raise CertificateRefused("passphrase_needed")
    try:
        return load(data, passphrase)
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateRefused("passphrase_wrong") from None
