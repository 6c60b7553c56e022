"""Rows about the signature and its certificates."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from pkpass_check.forge import (
    INTERMEDIATE,
    LEAF,
    NOW,
    ROOT,
    Draft,
    Issued,
    authority,
    make_certificate,
    make_key,
    pass_certificate,
    sign,
)
from pkpass_check.rows import Row

_OTHER_GENERATION = authority("Test Intermediate", ROOT, number=3)
_NO_AUTHORITY = make_certificate({NameOID.COMMON_NAME: "Not an authority"}, make_key(3), ROOT)
_OTHER_KEY = Issued(LEAF.certificate, make_key(5))
_ED25519 = pass_certificate(INTERMEDIATE, public_key=Ed25519PrivateKey.generate().public_key())
_UNTRUSTED = frozenset({"chain_untrusted"})


def _signed(**options: object):
    return lambda draft: draft.signing.update(options)


def _signed_by(leaf: Issued, issuer: Issued = INTERMEDIATE):
    return _signed(signer=leaf, inside=(leaf, issuer))


def _signature(data: bytes):
    return lambda draft: setattr(draft, "signature", data)


def _checked(**options: object):
    return lambda draft: draft.checking.update(options)


def _says(**members: object):
    return lambda draft: draft.document.update(members)


def _with_broken_time(draft: Draft) -> None:
    draft.manifest_text = b"{}"
    draft.signature = sign(b"{}").replace(b"260601120000Z", b"2606011200000")


def _with_another_type(draft: Draft) -> None:
    draft.signature = sign(b"{}").replace(
        bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010703")
    )


def _with_negative_serial(draft: Draft) -> None:
    draft.signature = sign(b"{}").replace(bytes.fromhex("020203eb"), bytes.fromhex("020283eb"))


def _with_unknown_version(draft: Draft) -> None:
    draft.signature = sign(b"{}").replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020107"))


def _signed_in_text_mode(draft: Draft) -> None:
    draft.manifest_text = b"{\n}"
    draft.signing["over"] = b"{\r\n}"


ROWS = [
    Row("signature_empty", _signature(b"")),
    Row("signature_text", _signature(b"-----BEGIN PKCS7-----")),
    Row("signature_broken", _signature(b"\x30\x03\x02\x01\x01")),
    Row("signature_broken", _signature(b"\x30\x80" * 5000)),
    Row("signature_broken", _signature(b"x" * 2_000_000)),
    Row("signature_not_der", _signed(trailing=b"\0\0")),
    Row("signature_broken", _with_another_type),
    Row("signature_broken", _with_negative_serial),
    Row("signature_broken", _with_unknown_version),
    Row("signature_attached", _signed(attached=True)),
    Row("signer_count", _signed(signers=2)),
    Row("signer_missing", _signed(inside=(INTERMEDIATE,))),
    Row("attributes_missing", _signed(attributes=False)),
    Row("content_type_wrong", _signed(content_type="signed_data")),
    Row("content_type_wrong", _signed(inner_type="enveloped_data")),
    Row("signing_time_missing", _signed(signed_at=None)),
    Row("signing_time_broken", _with_broken_time, frozenset({"signature_wrong", "manifest_not_listed"})),
    Row("signing_time_ahead", _signed(signed_at=NOW + timedelta(days=2))),
    Row("digest_not_listed", _signed(listed_digest="sha1")),
    Row("digest_unsupported", _signed(digest="md5")),
    Row("digest_old", _signed(digest="sha1")),
    Row("digest_unusual", _signed(digest="sha512")),
    Row("signature_algorithm_unsupported", _signed(signature_algorithm="rsassa_pss")),
    Row("digest_wrong", _signed(over=b"another manifest")),
    Row("digest_of_crlf", _signed_in_text_mode, frozenset({"manifest_not_listed"})),
    Row("signature_wrong", _signed(signer=_OTHER_KEY)),
    Row("signer_key_unsupported", _signed_by(_ED25519), frozenset({"signature_wrong"})),
    Row("intermediate_missing", _signed(inside=(LEAF,)), _UNTRUSTED),
    Row("intermediate_wrong", _signed(inside=(LEAF, _OTHER_GENERATION)), _UNTRUSTED),
    Row("key_identifiers_differ", _signed_by(pass_certificate(INTERMEDIATE, named_issuer_key=bytes(20)))),
    Row("issuer_not_an_authority", _signed_by(pass_certificate(_NO_AUTHORITY), _NO_AUTHORITY)),
    Row("chain_untrusted", _checked(roots=[])),
    Row("certificate_not_valid_when_signed", _signed(signed_at=datetime(2025, 8, 1, tzinfo=UTC))),
    Row("certificate_expired_since", _checked(now=datetime(2027, 1, 1, tzinfo=UTC))),
    Row("pass_type_differs", _says(passTypeIdentifier="pass.com.Example.loyalty")),
    Row("team_differs", _says(teamIdentifier="ABCDE12346")),
    Row("marker_missing", _signed_by(pass_certificate(INTERMEDIATE, marker=None))),
    Row("marker_differs", _signed_by(pass_certificate(INTERMEDIATE, marker="My loyalty card"))),
]
