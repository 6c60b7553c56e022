"""Reading a CMS SignedData (RFC 5652, https://www.rfc-editor.org/rfc/rfc5652) into plain values.

Apple's own framework writes lengths in BER's indefinite form, so these are rewritten to DER first.
"""

import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat import asn1
from cryptography.utils import CryptographyDeprecationWarning

from walletpass.pkpass.der import SEQUENCE, SET, UTC_TIME, wrap

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"

_MAX_DEPTH = 24
_CONSTRUCTED = 0x20
_HIGH_TAG = 0x1F
_INDEFINITE = 0x80
_CERTIFICATE_FAULTS = (
    UnsupportedAlgorithm,
    CryptographyDeprecationWarning,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What is wrong with a certificate, beside ValueError."""
_END_OF_CONTENTS = b"\0\0"


@asn1.sequence
class _SignerInfo:
    version: int
    signer: asn1.TLV
    digest_algorithm: list[asn1.TLV]
    signed_attributes: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    signature_algorithm: list[asn1.TLV]
    signature: bytes
    unsigned_attributes: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]


@asn1.sequence
class _SignedData:
    version: int
    digest_algorithms: asn1.SetOf[list[asn1.TLV]]
    content: list[asn1.TLV]
    certificates: Annotated[list[asn1.TLV] | None, asn1.Implicit(0)]
    revocations: Annotated[list[asn1.TLV] | None, asn1.Implicit(1)]
    signers: asn1.SetOf[_SignerInfo]


@asn1.sequence
class _ContentInfo:
    content_type: x509.ObjectIdentifier
    content: Annotated[_SignedData, asn1.Explicit(0)]


@asn1.sequence
class _IssuerAndSerial:
    issuer: asn1.TLV
    serial: int


@asn1.sequence
class _Attribute:
    type: x509.ObjectIdentifier
    values: asn1.TLV


@dataclass(frozen=True, slots=True)
class Signer:
    issuer: bytes | None
    """DER of the issuer's name; None where the signer is named by its subject key identifier."""
    serial: int | None
    key_identifier: bytes | None
    digest_algorithm: str
    signature_algorithm: str
    """Dotted object identifiers."""
    signature: bytes
    attributes: dict[str, bytes] | None
    """Dotted type -> DER of the value; None where nothing is signed but the content."""
    signed_bytes: bytes
    """DER of the attributes: what the signature is made over."""


@dataclass(frozen=True, slots=True)
class SignedData:
    content_type: str
    detached: bool
    digest_algorithms: frozenset[str]
    certificates: tuple[x509.Certificate, ...]
    signers: tuple[Signer, ...]
    is_der: bool


def read_signed_data(data: bytes) -> SignedData:
    """Raises ValueError for everything that is not a SignedData."""
    der, _ = _to_der(data, 0, len(data))
    info = asn1.decode_der(_ContentInfo, der)
    if info.content_type.dotted_string != SIGNED_DATA:
        raise ValueError("not a SignedData")
    signed = info.content
    if not signed.content:
        raise ValueError("no content type")
    return SignedData(
        content_type=read_identifier(_whole(signed.content[0])),
        detached=len(signed.content) == 1,
        digest_algorithms=frozenset(map(_algorithm, signed.digest_algorithms.as_list())),
        certificates=tuple(_read_certificate(_whole(element)) for element in signed.certificates or ()),
        signers=tuple(_read_signer(signer) for signer in signed.signers.as_list()),
        is_der=der == data,
    )


def read_time(value: bytes) -> datetime:
    """A signing time, UTC. Raises ValueError."""
    if value[:1] == bytes([UTC_TIME]):
        return asn1.decode_der(asn1.UTCTime, value).as_datetime()
    return asn1.decode_der(asn1.GeneralizedTime, value).as_datetime()


def read_octets(value: bytes) -> bytes:
    return asn1.decode_der(bytes, value)


def read_identifier(value: bytes) -> str:
    return asn1.decode_der(x509.ObjectIdentifier, value).dotted_string


def _read_certificate(der: bytes) -> x509.Certificate:
    """A certificate whose lazily read parts are known to be good. Raises ValueError."""
    try:
        # A serial number below one is only warned of; no authority gives one.
        with warnings.catch_warnings(action="error"):
            certificate = x509.load_der_x509_certificate(der)
            certificate.public_key()
            _ = certificate.subject, certificate.issuer, certificate.extensions
            _ = certificate.signature_hash_algorithm
    except _CERTIFICATE_FAULTS as error:
        raise ValueError(str(error)) from None
    return certificate


def _read_signer(info: _SignerInfo) -> Signer:
    by_name = info.signer.parse(_IssuerAndSerial) if info.signer.tag_bytes == bytes([SEQUENCE]) else None
    attributes = info.signed_attributes
    return Signer(
        issuer=_whole(by_name.issuer) if by_name else None,
        serial=by_name.serial if by_name else None,
        key_identifier=None if by_name else bytes(info.signer.data),
        digest_algorithm=_algorithm(info.digest_algorithm),
        signature_algorithm=_algorithm(info.signature_algorithm),
        signature=info.signature,
        attributes=None if attributes is None else dict(map(_read_attribute, attributes)),
        # Signed under the tag of a SET, though sent under [0]: RFC 5652, 5.4.
        signed_bytes=wrap(SET, *map(_whole, attributes or ())),
    )


def _read_attribute(element: asn1.TLV) -> tuple[str, bytes]:
    attribute: _Attribute = element.parse(_Attribute)
    return attribute.type.dotted_string, bytes(attribute.values.data)


def _algorithm(identifier: list[asn1.TLV]) -> str:
    if not identifier:
        raise ValueError("an algorithm has no identifier")
    return read_identifier(_whole(identifier[0]))


def _whole(element: asn1.TLV) -> bytes:
    return wrap(element.tag_bytes[0], bytes(element.data))


def _to_der(data: bytes, at: int, limit: int, depth: int = 0) -> tuple[bytes, int]:
    """The element at `at` with definite, shortest lengths, and the offset after it, at most `limit`."""
    if depth > _MAX_DEPTH or at + 2 > limit or data[at] & _HIGH_TAG == _HIGH_TAG:
        raise ValueError("not an ASN.1 element")
    tag = data[at]
    size, start = _read_length(data, at + 1)
    end = None if size is None else start + size
    if end is not None and end > limit:
        raise ValueError("an element is longer than its container")
    if not tag & _CONSTRUCTED:
        if end is None:
            raise ValueError("a primitive element without a length")
        return wrap(tag, data[start:end]), end
    children: list[bytes] = []
    while start != end and not (end is None and data[start : start + 2] == _END_OF_CONTENTS):
        child, start = _to_der(data, start, limit if end is None else end, depth + 1)
        children.append(child)
    return wrap(tag, *children), start if end is not None else start + 2


def _read_length(data: bytes, at: int) -> tuple[int | None, int]:
    """The length at offset `at`, None for the indefinite form, and the offset of the content."""
    first = data[at]
    if first < _INDEFINITE:
        return first, at + 1
    if first == _INDEFINITE:
        return None, at + 1
    after = at + 1 + (first & ~_INDEFINITE)
    return int.from_bytes(data[at + 1 : after], "big"), after
