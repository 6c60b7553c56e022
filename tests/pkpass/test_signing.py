"""The signature file."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

from walletpass.pkpass import development
from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.pkpass.signing import Signer

MANIFEST = b'{"pass.json":\n"da39a3ee5e6b4b0d3255bfef95601890afd80709"}'


def reference(leaf: x509.Certificate, key, intermediate: x509.Certificate) -> bytes:
    options = pkcs7.PKCS7Options
    builder = pkcs7.PKCS7SignatureBuilder().set_data(MANIFEST).add_signer(leaf, key, SHA256())
    return builder.add_certificate(intermediate).sign(
        Encoding.DER, [options.DetachedSignature, options.Binary, options.NoCapabilities]
    )


def signed_attributes(signature: bytes) -> dict[str, object]:
    (signer_info,) = cms.ContentInfo.load(signature, strict=True)["content"]["signer_infos"]
    return {entry["type"].native: entry["values"].native[0] for entry in signer_info["signed_attrs"]}


def test_it_is_what_the_builder_makes(signer, leaf, key, intermediate):
    """Byte for byte what `cryptography` itself makes at the same second."""
    expected = reference(leaf, key, intermediate.certificate)
    at = signed_attributes(expected)["signing_time"]
    assert signer.sign(MANIFEST, at) == expected


def test_its_structure(signer, leaf, intermediate, now):
    """Detached, leaf and intermediate without the root, SHA-256, and the three attributes."""
    signed = cms.ContentInfo.load(signer.sign(MANIFEST, now), strict=True)["content"]
    assert signed["encap_content_info"]["content"].native is None
    assert {entry.chosen.serial_number for entry in signed["certificates"]} == {
        leaf.serial_number,
        intermediate.certificate.serial_number,
    }
    (info,) = signed["signer_infos"]
    assert info["digest_algorithm"]["algorithm"].native == "sha256"
    assert [entry["type"].native for entry in info["signed_attrs"]] == [
        "content_type",
        "signing_time",
        "message_digest",
    ]


def test_openssl_accepts_it(openssl, signer, root_file, now, tmp_path):
    """An independent verifier, given the root only, accepts it over a manifest with a line end."""
    (tmp_path / "manifest.json").write_bytes(MANIFEST)
    (tmp_path / "signature").write_bytes(signer.sign(MANIFEST, now))
    command = (
        f"{openssl} cms -verify -binary -inform DER -in signature -content manifest.json -purpose any -CAfile"
    )
    subprocess.run([*command.split(), root_file], cwd=tmp_path, check=True, capture_output=True)


def test_changed_bytes_are_not_accepted(openssl, signer, root_file, now, tmp_path):
    """One byte more and the verifier refuses."""
    (tmp_path / "manifest.json").write_bytes(MANIFEST + b"\n")
    (tmp_path / "signature").write_bytes(signer.sign(MANIFEST, now))
    command = (
        f"{openssl} cms -verify -binary -inform DER -in signature -content manifest.json -purpose any -CAfile"
    )
    done = subprocess.run([*command.split(), root_file], cwd=tmp_path, check=False, capture_output=True)
    assert b"content verify error" in done.stderr


def test_signing_time_is_the_second_asked_for(signer, now):
    """Each signature carries its own second; parts of seconds are dropped."""
    for seconds in (0, 1, 0):
        at = now + timedelta(seconds=seconds)
        signature = signer.sign(MANIFEST, at.replace(microsecond=999_999))
        assert signed_attributes(signature)["signing_time"] == at


def test_times_beyond_2049(intermediate, key, trust, now):
    """From 2050 the time has another form, and the lengths around it follow."""
    at = datetime(2051, 3, 4, 5, 6, 7, tzinfo=UTC)
    leaf = development.make_pass_certificate(intermediate, key, now, life=timedelta(days=20_000))
    without_older_issuers = PassCertificate(leaf, intermediate=leaf, root=leaf)
    signer = Signer(without_older_issuers, key, now)
    signature = signer.sign(MANIFEST, at)
    assert b"\x18\x0f20510304050607Z" in signature
    assert signed_attributes(signature)["signing_time"] == at


def test_it_does_not_sign_outside_the_validity(signer, certificate):
    """A signing time outside the certificate's dates would make a dead pass."""
    for at in (
        certificate.not_before - timedelta(seconds=1),
        certificate.not_after + timedelta(seconds=1),
    ):
        with pytest.raises(CertificateRefused) as refused:
            signer.sign(MANIFEST, at)
        assert refused.value.reason.code == "outside_validity"


def test_threads_share_a_signer(signer, now):
    """Threads that sign for different seconds at once do not mix them up."""
    instants = [now + timedelta(seconds=number % 7) for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        signatures = list(pool.map(lambda at: signer.sign(MANIFEST, at), instants))
    assert [signed_attributes(signature)["signing_time"] for signature in signatures] == instants


def test_the_pair_for_apns(signer, leaf, intermediate, key):
    """The push connection shows leaf and intermediate, and the key is hidden when printed."""
    pair = signer.client_certificate()
    assert x509.load_pem_x509_certificates(pair.certificates) == [leaf, intermediate.certificate]
    assert load_pem_private_key(pair.key, None).public_key() == key.public_key()
    assert "PRIVATE" not in repr(pair)
