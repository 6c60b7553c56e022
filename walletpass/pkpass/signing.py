"""The detached CMS signature over a manifest (RFC 5652), from a template cut once per certificate.

Assembling the structure costs a sixth of the RSA operation, and only three values in it change. So
`cryptography` builds it once, and each signature fills in time, digest and signature value.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7

from walletpass.pkpass import der
from walletpass.pkpass.certificates import PassCertificate, find_refusals
from walletpass.pkpass.digests import sha256
from walletpass.pkpass.refusals import CertificateRefused, tell_instant

_OPTIONS = (
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,  # or line ends would be rewritten before hashing
    pkcs7.PKCS7Options.NoCapabilities,
)
_PADDING = PKCS1v15()
_SHA256 = SHA256()
_FIRST_YEAR_BEYOND_UTC_TIME = 2050
_SIGNING_TIME = der.wrap(der.OBJECT_IDENTIFIER, bytes.fromhex("2a864886f70d010905"))
"""1.2.840.113549.1.9.5. A phone refuses a signature without it."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a TLS client shows: leaf and intermediate, and the unencrypted key, both as PEM."""

    certificates: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Second:
    """The signature's parts for one second; what is missing are the digest and the signature value."""

    at: datetime
    head: bytes
    signed_attributes: bytes
    tail: bytes


class _Template:
    """One certificate's `SignedData`, open at the signing time, the digest and the signature value."""

    def __init__(self, structure: bytes) -> None:
        content_info = der.children(structure)
        signed_data = der.children(der.children(content_info[1])[0])
        (signer_info,) = der.children(signed_data[-1])
        *before, attributes, algorithm, signature = der.children(signer_info)
        self._content_type, self._signed_data = content_info[0], signed_data[:-1]
        self._before, self._algorithm = before, algorithm
        self._content_type_attribute, _, digest = der.children(attributes)
        self._digest_name = der.children(digest)[0]
        self._signature_size = len(der.content(signature))

    def at(self, at: datetime) -> _Second:
        digest, signature = b"\0" * _SHA256.digest_size, b"\0" * self._signature_size
        attributes = b"".join(
            (
                self._content_type_attribute,
                der.wrap(der.SEQUENCE, _SIGNING_TIME, der.wrap(der.SET, _encode_time(at))),
                der.wrap(der.SEQUENCE, self._digest_name, der.wrap(der.SET, der.wrap(der.OCTETS, digest))),
            )
        )
        signer_info = der.wrap(
            der.SEQUENCE,
            *self._before,
            der.wrap(der.CONTEXT_0, attributes),
            self._algorithm,
            der.wrap(der.OCTETS, signature),
        )
        signed_data = der.wrap(der.SEQUENCE, *self._signed_data, der.wrap(der.SET, signer_info))
        structure = der.wrap(der.SEQUENCE, self._content_type, der.wrap(der.CONTEXT_0, signed_data))
        tail = self._algorithm + der.wrap(der.OCTETS, signature)[: -self._signature_size]
        return _Second(
            at=at,
            head=structure[: -len(digest) - len(tail) - len(signature)],
            # RFC 5652, section 5.4: signed under the tag of a SET, stored under [0].
            signed_attributes=der.wrap(der.SET, attributes)[: -len(digest)],
            tail=tail,
        )


class Signer:
    """Signs for one pass type. Exists only if certificate, key, chain and dates fit; its key is parsed once.

    Safe to share between threads.
    """

    def __init__(self, certificate: PassCertificate, key: PrivateKeyTypes, now: datetime) -> None:
        """Raises CertificateRefused."""
        if refusal := next(find_refusals(certificate, key, now), None):
            raise refusal
        assert isinstance(key, RSAPrivateKey)
        assert certificate.intermediate
        self.certificate = certificate
        self._key = key
        self._template = _Template(_sign_once(certificate.leaf, certificate.intermediate, key))
        self._second = self._template.at(now.replace(microsecond=0))

    @property
    def pass_type_identifier(self) -> str:
        return self.certificate.pass_type_identifier

    @property
    def team_identifier(self) -> str:
        return self.certificate.team_identifier

    def sign(self, manifest: bytes, at: datetime) -> bytes:
        """The `signature` file for those exact bytes, signed at `at` (aware, UTC).

        Raises CertificateRefused outside the certificate's validity.
        """
        second = self._at(at)
        digest = sha256(manifest)
        value = self._key.sign(second.signed_attributes + digest, _PADDING, _SHA256)
        return b"".join((second.head, digest, second.tail, value))

    def _at(self, at: datetime) -> _Second:
        at = at.replace(microsecond=0)
        second = self._second
        if second.at != at:
            if not self.certificate.covers(at):
                raise CertificateRefused(
                    "outside_validity", pass_type=self.pass_type_identifier, **tell_instant(at)
                )
            self._second = second = self._template.at(at)
        return second

    def client_certificate(self) -> ClientCertificate:
        """The same pair for the TLS connection to APNs."""
        assert self.certificate.intermediate
        chain = (self.certificate.leaf, self.certificate.intermediate)
        return ClientCertificate(
            b"".join(link.public_bytes(Encoding.PEM) for link in chain),
            self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )


def _sign_once(leaf: x509.Certificate, intermediate: x509.Certificate, key: RSAPrivateKey) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"{}").add_signer(leaf, key, _SHA256)
    return builder.add_certificate(intermediate).sign(Encoding.DER, _OPTIONS)


def _encode_time(at: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime from 2050 (RFC 5652, section 11.3)."""
    if at.year < _FIRST_YEAR_BEYOND_UTC_TIME:
        return der.wrap(der.UTC_TIME, f"{at:%y%m%d%H%M%SZ}".encode())
    return der.wrap(der.GENERALIZED_TIME, f"{at:%Y%m%d%H%M%SZ}".encode())
