"""`signature`: a detached CMS SignedData over the exact bytes of the manifest.

https://developer.apple.com/documentation/walletpasses/building-a-pass
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, Hash, HashAlgorithm

from walletpass.pkpass.check import cms
from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.chain import build_chain, check_chain, verifies
from walletpass.pkpass.check.findings import Finding

_PLACE = "signature"
_MAX_BYTES = 200_000
_DIGESTS: dict[str, HashAlgorithm] = {
    "1.3.14.3.2.26": SHA1(),  # noqa: S303 - passes signed with it still install
    "2.16.840.1.101.3.4.2.1": SHA256(),
    "2.16.840.1.101.3.4.2.2": SHA384(),
    "2.16.840.1.101.3.4.2.3": SHA512(),
}
_SIGNATURES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.2.840.113549.1.1.11": "RSA with SHA-256",
    "1.2.840.113549.1.1.12": "RSA with SHA-384",
    "1.2.840.113549.1.1.13": "RSA with SHA-512",
    "1.2.840.10045.2.1": "ECDSA",
    "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
    "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
    "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    signed_at: datetime | None = None
    chain: tuple[x509.Certificate, ...] = ()
    """From the signer upwards; empty where the signer's certificate was not found."""


def check_signature(
    data: bytes, manifest: bytes, roots: Sequence[x509.Certificate], now: datetime
) -> Verdict:
    if not data:
        return Verdict((found("signature_empty", _PLACE),))
    if data.startswith((b"-----BEGIN", b"MIME-Version")):
        return Verdict((found("signature_text", _PLACE),))
    try:
        signed = cms.read_signed_data(data[:_MAX_BYTES])
    except ValueError:
        return Verdict((found("signature_broken", _PLACE),))
    findings = list(_check_frame(signed))
    if len(signed.signers) != 1:
        return Verdict((*findings, found("signer_count", _PLACE, count=len(signed.signers))))
    signer = signed.signers[0]
    signed_at, time_findings = _read_signing_time(signer, now)
    findings += time_findings
    leaf = next((each for each in signed.certificates if _is_signer(each, signer)), None)
    if leaf is None:
        return Verdict((*findings, found("signer_missing", _PLACE)), signed_at)
    judged_at = signed_at or now
    chain = build_chain(leaf, signed.certificates, roots, judged_at)
    findings += check_chain(chain, signed.certificates, roots, judged_at, now)
    findings += _check_value(signer, leaf, manifest)
    return Verdict(tuple(findings), signed_at, tuple(chain))


def _check_frame(signed: cms.SignedData) -> Iterator[Finding]:
    if not signed.is_der:
        yield found("signature_not_der", _PLACE)
    if not signed.detached:
        yield found("signature_attached", _PLACE)
    if signed.content_type != cms.DATA:
        yield found("content_type_wrong", _PLACE)
    for signer in signed.signers:
        if signer.digest_algorithm not in signed.digest_algorithms:
            yield found("digest_not_listed", _PLACE)


def _is_signer(certificate: x509.Certificate, signer: cms.Signer) -> bool:
    if signer.key_identifier is None:
        return (
            signer.serial == certificate.serial_number and signer.issuer == certificate.issuer.public_bytes()
        )
    try:
        own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return False
    return signer.key_identifier == own.key_identifier


def _read_signing_time(signer: cms.Signer, now: datetime) -> tuple[datetime | None, list[Finding]]:
    if signer.attributes is None:
        return None, [found("attributes_missing", _PLACE)]
    if cms.SIGNING_TIME not in signer.attributes:
        return None, [found("signing_time_missing", _PLACE)]
    try:
        signed_at = cms.read_time(signer.attributes[cms.SIGNING_TIME])
    except ValueError:
        return None, [found("signing_time_broken", _PLACE)]
    return signed_at, [found("signing_time_ahead", _PLACE, signed_at=signed_at)] if signed_at > now else []


def _check_value(signer: cms.Signer, leaf: x509.Certificate, manifest: bytes) -> Iterator[Finding]:
    """The chain manifest → digest → attributes → signature value; SHA-1 is judged as Apple judges it."""
    digest = _DIGESTS.get(signer.digest_algorithm)
    if digest is None:
        yield found("digest_unsupported", _PLACE, algorithm=signer.digest_algorithm)
        return
    if isinstance(digest, SHA1):
        yield found("digest_old", _PLACE)
    elif not isinstance(digest, SHA256):
        yield found("digest_unusual", _PLACE, algorithm=digest.name)
    if signer.attributes is not None:
        yield from _check_attributes(signer.attributes, digest, manifest)
    if signer.signature_algorithm not in _SIGNATURES:
        yield found("signature_algorithm_unsupported", _PLACE, algorithm=signer.signature_algorithm)
        return
    over = manifest if signer.attributes is None else signer.signed_bytes
    if not verifies(leaf.public_key(), signer.signature, over, digest):
        yield found("signature_wrong", _PLACE)


def _check_attributes(
    attributes: dict[str, bytes], digest: HashAlgorithm, manifest: bytes
) -> Iterator[Finding]:
    try:
        content_type = cms.read_identifier(attributes.get(cms.CONTENT_TYPE, b""))
    except ValueError:
        content_type = ""
    if content_type != cms.DATA:
        yield found("content_type_wrong", _PLACE)
    try:
        stated = cms.read_octets(attributes.get(cms.MESSAGE_DIGEST, b""))
    except ValueError:
        stated = b""
    if stated == _hash(digest, manifest):
        return
    in_crlf = re.sub(rb"\r?\n", b"\r\n", manifest)
    yield (
        found("digest_of_crlf", _PLACE) if stated == _hash(digest, in_crlf) else found("digest_wrong", _PLACE)
    )


def _hash(algorithm: HashAlgorithm, data: bytes) -> bytes:
    context = Hash(algorithm)
    context.update(data)
    return context.finalize()
