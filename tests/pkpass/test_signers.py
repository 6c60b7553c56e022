"""All certificates of an installation."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from walletpass.pkpass import development
from walletpass.pkpass.certificate_folder import Trust
from walletpass.pkpass.certificates import PassCertificate
from walletpass.pkpass.key_files import make_key, write_certificates, write_key
from walletpass.pkpass.refusals import CertificateRefused
from walletpass.pkpass.signers import Signers, load_signers
from walletpass.pkpass.signing import Signer

DAY = timedelta(days=1)
PASS_TYPE = development.PASS_TYPE_IDENTIFIER


@pytest.fixture
def make_signer(intermediate, trust, key):
    def make(at, life=395 * DAY, pass_type=PASS_TYPE):
        leaf = development.make_pass_certificate(
            intermediate, key, at, pass_type_identifier=pass_type, life=life
        )
        return Signer(PassCertificate.with_chain(leaf, trust.intermediates, trust.roots), key, at)

    return make


def test_the_one_valid_longest_signs(make_signer, now):
    """While an old and a new certificate overlap, passes are signed with the new one."""
    old, new = make_signer(now, life=20 * DAY), make_signer(now, life=390 * DAY)
    assert Signers([old, new]).for_pass_type(PASS_TYPE, now) is new


def test_a_certificate_is_not_used_before_it_is_valid(make_signer, now):
    """A successor that begins next week leaves today to the old one, and the other way round."""
    old, new = make_signer(now, life=20 * DAY), make_signer(now + 7 * DAY)
    signers = Signers([old, new])
    assert signers.for_pass_type(PASS_TYPE, now) is old
    assert signers.for_pass_type(PASS_TYPE, now + 30 * DAY) is new


def test_no_certificate_and_none_in_force_are_told_apart(make_signer, now):
    """An unknown pass type is another mistake than a lapsed certificate."""
    signers = Signers([make_signer(now)])
    for pass_type, at, code in (
        ("pass.unknown", now, "no_certificate"),
        (PASS_TYPE, now + 999 * DAY, "outside_validity"),
    ):
        with pytest.raises(CertificateRefused) as refused:
            signers.for_pass_type(pass_type, at)
        assert refused.value.reason.code == code


def test_merchants_have_pass_types_of_their_own(make_signer, now):
    """Each pass type signs with its own certificate."""
    one, two = make_signer(now), make_signer(now, pass_type="pass.example.two")
    signers = Signers([one, two])
    assert signers.pass_type_identifiers == (PASS_TYPE, "pass.example.two")
    assert set(signers) == {one, two}
    assert signers.for_pass_type("pass.example.two", now) is two


def test_a_folder_is_read_whatever_its_files_are_called(leaf, key, intermediate, root, now, tmp_path):
    """Certificate, key and intermediate find each other by content; notes and requests are passed over."""
    (tmp_path / "download(3).cer").write_bytes(leaf.public_bytes(Encoding.DER))
    write_key(tmp_path / "a", key)
    write_key(tmp_path / "unused", make_key())
    write_certificates(tmp_path / "wwdr.txt", intermediate.certificate)
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / ".gitignore").write_text("*")
    signers = load_signers(tmp_path, Trust((root.certificate,)), now)
    assert signers.problems == ()
    assert signers.for_pass_type(PASS_TYPE, now).certificate.leaf == leaf


def test_every_problem_is_told_and_the_rest_works(leaf, key, intermediate, trust, other_key, now, tmp_path):
    """A broken file, a certificate without its key and an expired one do not stop the good one."""
    write_certificates(tmp_path / "good.pem", leaf)
    write_key(tmp_path / "good.key", key)
    expired = development.make_pass_certificate(intermediate, key, now - 500 * DAY)
    write_certificates(tmp_path / "expired.pem", expired)
    orphan = development.make_pass_certificate(intermediate, other_key, now)
    write_certificates(tmp_path / "orphan.pem", orphan)
    (tmp_path / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    signers = load_signers(tmp_path, trust, now)
    assert {(problem.file, problem.reason.code) for problem in signers.problems} == {
        ("broken.pem", "damaged_certificate"),
        ("expired.pem", "expired"),
        ("orphan.pem", "missing_key"),
    }
    assert [signer.certificate.leaf for signer in signers] == [leaf]


def test_a_wrong_key_in_the_same_file_is_a_mismatch(leaf, other_key, trust, now, tmp_path):
    """Where a file holds certificate and key, and they do not belong together, that is said."""
    pem = other_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "pair.pem").write_bytes(leaf.public_bytes(Encoding.PEM) + pem)
    assert [problem.reason.code for problem in load_signers(tmp_path, trust, now).problems] == [
        "key_mismatch"
    ]


def test_a_missing_folder_is_a_problem(trust, now, tmp_path):
    """Nothing is invented where there is no folder."""
    signers = load_signers(tmp_path / "nowhere", trust, now)
    assert [problem.reason.code for problem in signers.problems] == ["missing_folder"]
    assert list(signers) == []
