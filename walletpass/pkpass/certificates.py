"""What a Pass Type ID certificate says, and why one cannot sign passes.

https://developer.apple.com/help/account/configure-app-capabilities/create-wallet-identifiers-and-certificates
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID, ObjectIdentifier

from walletpass.pkpass.refusals import CertificateRefused, Value, tell_instant

PASS_TYPE_MARKER = ObjectIdentifier("1.2.840.113635.100.6.1.16")
"""Extension of the leaf: a DER UTF8String that must repeat the pass type identifier."""

PASS_TYPE = re.compile(r"pass\.[A-Za-z0-9._-]+")
_NFC_NAME = "Pass Type ID with NFC:"


@dataclass(frozen=True, slots=True)
class PassCertificate:
    """A Pass Type ID certificate with the chain found for it; not yet judged."""

    leaf: x509.Certificate
    intermediate: x509.Certificate | None
    root: x509.Certificate | None

    @classmethod
    def with_chain(
        cls,
        leaf: x509.Certificate,
        intermediates: Iterable[x509.Certificate],
        roots: Iterable[x509.Certificate],
    ) -> Self:
        """Find the leaf's issuer among `intermediates` and that one's among `roots`."""
        intermediate = _find_issuer(leaf, intermediates)
        return cls(leaf, intermediate, intermediate and _find_issuer(intermediate, roots))

    @property
    def subject(self) -> str:
        return self.leaf.subject.rfc4514_string({NameOID.USER_ID: "UID"})

    @property
    def pass_type_identifier(self) -> str:
        """The subject's UID; empty if it has none."""
        return _first(self.leaf.subject, NameOID.USER_ID)

    @property
    def team_identifier(self) -> str:
        """The subject's OU; empty if it has none."""
        return _first(self.leaf.subject, NameOID.ORGANIZATIONAL_UNIT_NAME)

    @property
    def marker(self) -> str:
        """The text of the pass type marker; empty if there is none."""
        try:
            extension = self.leaf.extensions.get_extension_for_oid(PASS_TYPE_MARKER).value
        except x509.ExtensionNotFound:
            return ""
        assert isinstance(extension, x509.UnrecognizedExtension)
        return extension.value[2:].decode(errors="replace")

    @property
    def nfc(self) -> bool:
        """Whether Apple issued it for passes that speak NFC."""
        return _first(self.leaf.subject, NameOID.COMMON_NAME).startswith(_NFC_NAME)

    @property
    def not_before(self) -> datetime:
        return self.leaf.not_valid_before_utc

    @property
    def not_after(self) -> datetime:
        """The leaf's last instant, or the intermediate's where that comes first."""
        ends = [link.not_valid_after_utc for link in (self.leaf, self.intermediate) if link]
        return min(ends)

    def days_left(self, now: datetime) -> int:
        """Whole days until the leaf expires; negative afterwards."""
        return (self.leaf.not_valid_after_utc - now).days

    def intermediate_days_left(self, now: datetime) -> int | None:
        return (self.intermediate.not_valid_after_utc - now).days if self.intermediate else None

    def covers(self, at: datetime) -> bool:
        """Whether a signature made at that instant is good."""
        return self.not_before <= at <= self.not_after


@dataclass(frozen=True, slots=True)
class _Case:
    certificate: PassCertificate
    key: PrivateKeyTypes
    now: datetime


@dataclass(frozen=True, slots=True)
class _Check:
    code: str
    fails: Callable[[_Case], bool]
    values: Callable[[PassCertificate], Mapping[str, Value]] = lambda _: {}
    """What its message names."""


CHECKS = (
    _Check(
        "missing_pass_type",
        lambda case: not PASS_TYPE.fullmatch(case.certificate.pass_type_identifier),
    ),
    _Check("missing_team", lambda case: not case.certificate.team_identifier),
    _Check(
        "missing_marker",
        lambda case: not case.certificate.marker,
        lambda _: {"extension": PASS_TYPE_MARKER.dotted_string},
    ),
    _Check(
        "named_in_portal",
        lambda case: case.certificate.marker != case.certificate.pass_type_identifier,
        lambda certificate: {"name": certificate.marker, "pass_type": certificate.pass_type_identifier},
    ),
    _Check("key_not_rsa", lambda case: not isinstance(case.key, RSAPrivateKey)),
    _Check(
        "key_mismatch",
        lambda case: case.key.public_key() != case.certificate.leaf.public_key(),
        lambda certificate: {"pass_type": certificate.pass_type_identifier},
    ),
    _Check(
        "not_yet_valid",
        lambda case: case.now < case.certificate.not_before,
        lambda certificate: tell_instant(certificate.not_before),
    ),
    _Check(
        "expired",
        lambda case: case.now > case.certificate.leaf.not_valid_after_utc,
        lambda certificate: {"day": certificate.leaf.not_valid_after_utc.date()},
    ),
    _Check(
        "wrong_intermediate",
        lambda case: case.certificate.intermediate is None,
        lambda certificate: {"issuer": certificate.leaf.issuer.rfc4514_string()},
    ),
    _Check(
        "intermediate_expired",
        lambda case: (days := case.certificate.intermediate_days_left(case.now)) is not None and days < 0,
    ),
    _Check("untrusted_root", lambda case: case.certificate.root is None),
)
"""Why signing material is refused, most telling reason first."""


def find_refusals(
    certificate: PassCertificate, key: PrivateKeyTypes, now: datetime
) -> Iterator[CertificateRefused]:
    """Everything that keeps the pair from signing at `now`; nothing when it is good."""
    case = _Case(certificate, key, now)
    for check in CHECKS:
        if check.fails(case):
            yield CertificateRefused(check.code, **check.values(certificate))


def is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _find_issuer(
    certificate: x509.Certificate, candidates: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    return next((candidate for candidate in candidates if _issued(candidate, certificate)), None)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Names alone do not tell Apple's intermediates apart: G3 and G4 are titled almost the same."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    return is_authority(issuer) and named.key_identifier == own.key_identifier


def _first(name: x509.Name, oid: ObjectIdentifier) -> str:
    return next((str(attribute.value) for attribute in name.get_attributes_for_oid(oid)), "")
