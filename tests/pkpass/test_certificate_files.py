"""Certificates and keys are known by their content."""

import subprocess
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from hypothesis import given
from hypothesis import strategies as st

from walletpass.pkpass.certificate_files import parse_material, read_material
from walletpass.pkpass.key_files import make_request
from walletpass.pkpass.refusals import CertificateRefused

SECRET = "påss".encode()


def refusal_of(data: bytes, passphrase: bytes | None = None) -> str:
    with pytest.raises(CertificateRefused) as refused:
        parse_material(data, passphrase)
    return refused.value.reason.code


def pem_key(key, encryption=None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


def test_pem_with_everything_in_one_file(leaf, intermediate, key):
    """Certificates and key of one PEM file are all found, whatever text stands between them."""
    blocks = [leaf.public_bytes(Encoding.PEM), intermediate.certificate.public_bytes(Encoding.PEM)]
    material = parse_material(b"Bag Attributes\n".join([pem_key(key), *blocks]))
    assert material.certificates == (leaf, intermediate.certificate)
    assert material.keys[0].public_key() == key.public_key()


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_plain_keys(form, encoding, key):
    """A key is read in both forms and encodings, also where a passphrase is given that it does not need."""
    data = key.private_bytes(encoding, form, NoEncryption())
    for passphrase in (None, SECRET):
        assert parse_material(data, passphrase).keys[0].public_key() == key.public_key()


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_encrypted_keys(encoding, key):
    """An encrypted key opens with its passphrase; a missing and a wrong one are told apart."""
    data = key.private_bytes(encoding, PrivateFormat.PKCS8, BestAvailableEncryption(SECRET))
    assert parse_material(data, SECRET).keys[0].public_key() == key.public_key()
    assert refusal_of(data) == "passphrase_needed"
    assert refusal_of(data, b"wrong") == "passphrase_wrong"


def test_the_portals_file(leaf):
    """`pass.cer` is a DER certificate without a key."""
    material = parse_material(leaf.public_bytes(Encoding.DER))
    assert material.certificates == (leaf,)
    assert material.keys == ()


def test_p12(leaf, intermediate, key):
    """A .p12 gives leaf, chain and key; a missing and a wrong passphrase are told apart."""
    data = pkcs12.serialize_key_and_certificates(
        b"x", key, leaf, [intermediate.certificate], BestAvailableEncryption(SECRET)
    )
    material = parse_material(data, SECRET)
    assert material.certificates == (leaf, intermediate.certificate)
    assert material.keys[0].public_key() == key.public_key()
    assert refusal_of(data) == "passphrase_needed"
    assert refusal_of(data, b"wrong") == "passphrase_wrong"


def test_p12_without_passphrase(leaf, key):
    """A .p12 that is not encrypted opens without one."""
    data = pkcs12.serialize_key_and_certificates(b"x", key, leaf, None, NoEncryption())
    assert parse_material(data).certificates == (leaf,)


@pytest.mark.parametrize("passphrase", ["secret", ""])
def test_old_p12_of_keychain_access(passphrase, openssl, leaf, key, tmp_path):
    """RC2-40 for certificates and 3DES for the key, as macOS writes it and OpenSSL 3 no longer reads it."""
    (tmp_path / "pair.pem").write_bytes(pem_key(key) + leaf.public_bytes(Encoding.PEM))
    command = f"{openssl} pkcs12 -export -legacy -certpbe PBE-SHA1-RC2-40 -in pair.pem -out old.p12 -passout"
    subprocess.run([*command.split(), f"pass:{passphrase}"], cwd=tmp_path, check=True)
    material = read_material(tmp_path / "old.p12", passphrase.encode() or None)
    assert material.certificates == (leaf,)
    assert material.keys[0].public_key() == key.public_key()


def test_a_request_holds_neither(key):
    """A signing request is no error; there is just nothing to use in it."""
    material = parse_material(make_request(key, "walletpass"))
    assert (material.certificates, material.keys) == ((), ())


def test_what_cannot_be_read_is_refused(tmp_path, leaf):
    """Missing files, huge files, cut files: a refusal each."""
    for content, code in (
        (None, "unreadable_file"),
        (b"0" * 1_000_001, "file_too_large"),
        (b"-----BEGIN CERTIFICATE-----\n", "damaged_certificate"),
        (leaf.public_bytes(Encoding.DER)[:-9], "no_material"),
        (b"", "no_material"),
    ):
        path = tmp_path / "file"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CertificateRefused) as refused:
            read_material(path)
        assert refused.value.reason.code == code


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"\x30\x03\x02\x01\x03",
            b"\x30\x80\x02\x01\x03",
            b"-----BEGIN CERTIFICATE-----\n",
            b"-----BEGIN PRIVATE KEY-----\n%b\n-----END PRIVATE KEY-----",
        ]
    ),
)
def test_any_bytes_are_read_or_refused(data, start):
    """No bytes, however begun, end in anything but material or a refusal."""
    content = start % data if b"%b" in start else start + data
    with suppress(CertificateRefused):
        parse_material(content)


def test_keys_are_not_shown(key):
    """Printing material shows no key."""
    assert "key" not in repr(parse_material(pem_key(key)))
