"""Which certificates may sign passes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from walletpass import shipped
from walletpass.pkpass import development
from walletpass.pkpass.certificate_files import read_material
from walletpass.pkpass.certificate_folder import Trust
from walletpass.pkpass.certificates import CHECKS, PassCertificate, find_refusals
from walletpass.pkpass.refusals import MESSAGES, CertificateRefused
from walletpass.pkpass.signing import Signer

DAY = timedelta(days=1)


def codes(certificate: PassCertificate, key: Any, now: datetime) -> list[str]:
    return [refusal.reason.code for refusal in find_refusals(certificate, key, now)]


def test_a_good_pair_is_not_refused(certificate, key, now):
    """A Pass Type ID certificate with its key, chain and dates in order has nothing against it."""
    assert codes(certificate, key, now) == []


def test_it_says_what_the_operator_wants_to_know(certificate, now):
    """Identifiers come from the certificate; days left are whole days for leaf and intermediate."""
    assert certificate.pass_type_identifier == certificate.marker == development.PASS_TYPE_IDENTIFIER
    assert certificate.team_identifier == development.TEAM_IDENTIFIER
    assert certificate.days_left(now) == 395
    assert certificate.intermediate_days_left(now) == 3650
    assert "UID=pass.dev.walletpass.cards" in certificate.subject
    assert not certificate.nfc


@pytest.mark.parametrize(
    ("made_with", "code"),
    [
        ({"pass_type_identifier": ""}, "missing_pass_type"),
        ({"pass_type_identifier": "com.example.app"}, "missing_pass_type"),
        ({"team_identifier": ""}, "missing_team"),
        ({"marker": "My bakery"}, "named_in_portal"),
    ],
)
def test_a_leaf_that_iphones_would_not_take_is_refused(made_with, code, intermediate, trust, key, now):
    """Missing or foreign UID, missing OU and a marker that is not the pass type are told apart."""
    leaf = development.make_pass_certificate(intermediate, key, now, **made_with)
    certificate = PassCertificate.with_chain(leaf, trust.intermediates, trust.roots)
    assert code in codes(certificate, key, now)


def test_the_name_given_in_the_portal_is_quoted(intermediate, trust, key, now):
    """Whoever filled in the name in Apple's portal reads that name, and what to do."""
    leaf = development.make_pass_certificate(intermediate, key, now, marker="My {bakery}")
    certificate = PassCertificate.with_chain(leaf, trust.intermediates, trust.roots)
    (refusal,) = find_refusals(certificate, key, now)
    assert "“My {bakery}”" in str(refusal)
    assert "leave the name empty" in str(refusal)


def test_an_authority_as_leaf_is_refused(root, intermediate, trust, now):
    """An intermediate put where the leaf belongs lacks everything a pass certificate has."""
    certificate = PassCertificate.with_chain(intermediate.certificate, [root.certificate], trust.roots)
    refused = codes(certificate, intermediate.key, now)
    assert refused[:3] == ["missing_pass_type", "missing_team", "missing_marker"]


def test_dates_are_kept_to(certificate, key, now):
    """Before its first and after its last instant a certificate is refused."""
    assert codes(certificate, key, now - DAY) == ["not_yet_valid"]
    assert codes(certificate, key, now + 396 * DAY) == ["expired"]


def test_the_intermediate_can_expire_first(intermediate, trust, key, now):
    """A leaf that outlives its intermediate signs only as long as that lives."""
    leaf = development.make_pass_certificate(intermediate, key, now, life=4000 * DAY)
    certificate = PassCertificate.with_chain(leaf, trust.intermediates, trust.roots)
    assert codes(certificate, key, now + 3700 * DAY) == ["intermediate_expired"]
    assert certificate.not_after == intermediate.certificate.not_valid_after_utc


def test_keys_must_fit(certificate, other_key, now):
    """Another RSA key is a mismatch; a key of another kind is named as such too."""
    assert codes(certificate, other_key, now) == ["key_mismatch"]
    assert codes(certificate, ec.generate_private_key(ec.SECP256R1()), now) == ["key_not_rsa", "key_mismatch"]


def test_an_intermediate_of_the_same_name_is_not_enough(leaf, key, root, now):
    """Like Apple's G3 beside G4: same name, other key, so the chain does not hold."""
    namesake = development.make_intermediate(root, now)
    certificate = PassCertificate.with_chain(leaf, [namesake.certificate], [root.certificate])
    assert codes(certificate, key, now) == ["wrong_intermediate", "untrusted_root"]


@pytest.mark.parametrize("twin", ["other key", "other identifier", "no authority"])
def test_an_almost_right_intermediate_is_wrong(twin, leaf, key, root, intermediate, now):
    """Key, key identifier and the right to certify must all be those of the leaf's issuer."""
    own_key = development.make_key() if twin == "other key" else intermediate.key
    identifier = x509.SubjectKeyIdentifier.from_public_key(intermediate.key.public_key())
    if twin == "other identifier":
        identifier = x509.SubjectKeyIdentifier(b"another identifier")
    wrong = (
        x509.CertificateBuilder(
            root.certificate.subject, intermediate.certificate.subject, own_key.public_key(), 7
        )
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(identifier, critical=False)
        .add_extension(x509.BasicConstraints(ca=twin != "no authority", path_length=None), critical=True)
        .sign(root.key, SHA256())
    )
    certificate = PassCertificate.with_chain(leaf, [wrong], [root.certificate])
    assert codes(certificate, key, now)[0] == "wrong_intermediate"


def test_the_chain_must_reach_a_trusted_root(leaf, key, trust, now):
    """A development chain is not good where Apple's root is asked for."""
    apple = Trust.from_files(roots=[shipped.APPLE_ROOT])
    certificate = PassCertificate.with_chain(leaf, trust.intermediates, apple.roots)
    assert codes(certificate, key, now) == ["untrusted_root"]


def test_every_refusal_has_a_code_of_its_own():
    """Codes are what support pages and tests hold on to; each has its sentence."""
    codes = {check.code for check in CHECKS}
    assert len(codes) == len(CHECKS)
    assert codes <= set(MESSAGES)


def test_a_signer_refuses_to_exist(certificate, other_key: RSAPrivateKey, now):
    """What is refused never becomes a signer."""
    with pytest.raises(CertificateRefused, match="does not belong") as refused:
        Signer(certificate, other_key, now)
    assert refused.value.reason.code == "key_mismatch"


def test_the_shipped_authorities_are_apples():
    """Root and G4 are the very certificates that Apple publishes, and one issued the other."""
    (root,), (g4,) = (
        read_material(path).certificates for path in (shipped.APPLE_ROOT, shipped.APPLE_WWDR_G4)
    )
    assert root.fingerprint(SHA256()).hex().startswith("b0b1730ecbc7ff45")
    assert g4.fingerprint(SHA256()).hex() == (
        "ea4757885538dd8cb59ff4556f676087d83c85e70902c122e42c0808b5bce14c"
    )
    g4.verify_directly_issued_by(root)
