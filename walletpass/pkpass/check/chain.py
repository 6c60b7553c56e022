"""The signer's certificates: from the leaf to a trusted root, judged at the signing time.

https://developer.apple.com/help/account/reference/wwdr-intermediate-certificates
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509.oid import NameOID

from walletpass.pkpass.certificates import PassCertificate, is_authority
from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding

_MAX_CHAIN = 6
_RSA_BITS = range(1024, 8193)
_RSA_EXPONENTS = range(3, 2**33)
_PLACE = "signature"


def build_chain(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> list[x509.Certificate]:
    """The leaf, its issuer and so on, as far as they are found; issuers valid at that time first."""
    known = sorted((*others, *roots), key=lambda certificate: not _covers(certificate, at))
    chain = [leaf]
    while chain[-1] not in roots and len(chain) < _MAX_CHAIN:
        issuer = next((each for each in known if each not in chain and _issued(each, chain[-1])), None)
        if issuer is None:
            break
        chain.append(issuer)
    return chain


def check_chain(
    chain: list[x509.Certificate],
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    signed_at: datetime,
    now: datetime,
) -> Iterator[Finding]:
    leaf, *issuers = chain
    if not is_supported(leaf.public_key()):
        yield found("signer_key_unsupported", _PLACE)
    yield from _check_inside(leaf, [each for each in others if each != leaf])
    if chain[-1] not in roots:
        yield found("chain_untrusted", _PLACE, name=name_of(chain[-1]))
    for issued, issuer in zip(chain, issuers, strict=False):
        if _key_identifiers_differ(issued, issuer):
            yield found("key_identifiers_differ", _PLACE, name=name_of(issued))
        if not is_authority(issuer):
            yield found("issuer_not_an_authority", _PLACE, name=name_of(issuer))
    for certificate in chain:
        yield from _check_dates(certificate, signed_at, now)


def check_identity(leaf: x509.Certificate, document: dict[str, object]) -> Iterator[Finding]:
    """The certificate's pass type, team and marker against those of pass.json."""
    certificate = PassCertificate(leaf, None, None)
    pass_type, team = certificate.pass_type_identifier, certificate.team_identifier
    if pass_type != document.get("passTypeIdentifier"):
        yield found(
            "pass_type_differs", _PLACE, certified=pass_type, claimed=_shown(document, "passTypeIdentifier")
        )
    if team != document.get("teamIdentifier"):
        yield found("team_differs", _PLACE, certified=team, claimed=_shown(document, "teamIdentifier"))
    if not certificate.marker:
        yield found("marker_missing", _PLACE)
    elif certificate.marker != pass_type:
        yield found("marker_differs", _PLACE, marker=certificate.marker, pass_type=pass_type)


def is_supported(key: CertificatePublicKeyTypes) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size in _RSA_BITS and key.public_numbers().e in _RSA_EXPONENTS
    return isinstance(key, ec.EllipticCurvePublicKey)


def verifies(
    key: CertificatePublicKeyTypes, signature: bytes, data: bytes, algorithm: HashAlgorithm | None
) -> bool:
    """Whether it is a PKCS #1 v1.5 or ECDSA signature by that key; also SHA-1, as Apple's old ones are."""
    if algorithm is None or not is_supported(key):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(algorithm))
    except (InvalidSignature, ValueError):
        return False
    return True


def name_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    return issuer.subject == certificate.issuer and verifies(
        issuer.public_key(),
        certificate.signature,
        certificate.tbs_certificate_bytes,
        certificate.signature_hash_algorithm,
    )


def _check_inside(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> Iterator[Finding]:
    if not others:
        yield found("intermediate_missing", _PLACE)
    elif not any(_issued(other, leaf) for other in others):
        yield found("intermediate_wrong", _PLACE, issuer=leaf.issuer.rfc4514_string())


def _key_identifiers_differ(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return False
    return named.key_identifier is not None and named.key_identifier != own.key_identifier


def _covers(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _check_dates(certificate: x509.Certificate, signed_at: datetime, now: datetime) -> Iterator[Finding]:
    name, end = name_of(certificate), certificate.not_valid_after_utc
    if not _covers(certificate, signed_at):
        yield found(
            "certificate_not_valid_when_signed",
            _PLACE,
            name=name,
            start=certificate.not_valid_before_utc,
            end=end,
            signed_at=signed_at,
        )
    elif end < now:
        yield found("certificate_expired_since", _PLACE, name=name, end=end)


def _shown(document: dict[str, object], key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else "nothing"
