"""Passes that an iPhone accepts are not refused, whoever made them and when."""

import zipfile
from datetime import UTC, datetime, timedelta

from asn1crypto import parser
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from pkpass_check.forge import (
    INTERMEDIATE,
    LEAF,
    NOW,
    PASS_TYPE,
    ROOT,
    TEAM,
    Draft,
    authority,
    make_curve_key,
    pack,
    pass_certificate,
    picture,
    sign,
)

from walletpass import shipped
from walletpass.clock import SystemClock
from walletpass.pkpass.check import Severity, check_pass


def _codes(report, severity: Severity | None = None) -> set[str]:
    return {each.code for each in report.findings if severity in (None, each.severity)}


def test_good_pass_is_clean():
    """A complete pass with every common part yields no finding at all, and its identity."""
    report = Draft().check()
    assert report.findings == ()
    assert report.exit_code == 0
    (identity,) = report.passes
    assert (identity.pass_type, identity.team, identity.serial) == (PASS_TYPE, TEAM, "c7f0a2b94d")
    assert identity.organization == "Example Bakery"
    assert identity.signed_at == NOW
    assert identity.chain == (f"Pass Type ID: {PASS_TYPE}", "Test Intermediate", "Test Root")


def test_smallest_pass_is_not_refused():
    """Required keys, an empty style and one icon are enough."""
    draft = Draft()
    keep = {
        "formatVersion",
        "passTypeIdentifier",
        "teamIdentifier",
        "serialNumber",
        "organizationName",
        "description",
    }
    draft.document = {key: value for key, value in draft.document.items() if key in keep} | {"generic": {}}
    draft.files = {"icon.png": picture(29, 29)}
    assert _codes(draft.check()) == {"icon_scale_missing"}


def test_pass_of_years_ago_is_judged_at_its_signing_time():
    """SHA-1, an old leaf and an old intermediate that have long expired: not refused, told in notes."""
    start = datetime(2013, 2, 7, tzinfo=UTC)
    old = authority("Old Intermediate", ROOT, number=2, start=start, life=timedelta(3650))
    leaf = pass_certificate(old, start=datetime(2019, 1, 1, tzinfo=UTC))
    root = authority("Test Root", number=1, start=datetime(2006, 1, 1, tzinfo=UTC))
    draft = Draft(
        compression=zipfile.ZIP_DEFLATED,
        signing={
            "signer": leaf,
            "inside": (leaf, old),
            "digest": "sha1",
            "signed_at": datetime(2019, 6, 1, tzinfo=UTC),
        },
        checking={"roots": [root.certificate]},
    )
    draft.files |= {"icon.png": picture(35, 35), "logo.png": picture(70, 59), "strip.png": picture(312, 123)}
    report = draft.check()
    assert report.exit_code == 0
    assert _codes(report) == {"deflated", "digest_old", "certificate_expired_since", "image_size"}
    assert _codes(report) == _codes(report, Severity.NOTE)


def test_old_pass_without_its_own_dates_is_refused():
    """The leaf of today does not vouch for a signature made after it expired."""
    report = Draft(
        signing={"signed_at": datetime(2026, 12, 1, tzinfo=UTC)},
        checking={"now": datetime(2027, 1, 1, tzinfo=UTC)},
    ).check()
    assert _codes(report, Severity.ERROR) == {"certificate_not_valid_when_signed"}


def test_directory_entries_are_no_files():
    """Archives that list their folders are as good as those that do not."""
    folder = zipfile.ZipInfo("en.lproj/")
    assert Draft(unlisted={folder: b""}).check().findings == ()


def test_listed_extra_file_does_no_harm():
    """A file that Wallet does not know is fine if the manifest lists it."""
    draft = Draft()
    draft.files["tooling.json"] = b"{}"
    assert draft.check().findings == ()


def test_signer_may_be_named_by_its_key_identifier():
    """Not every library names the signer by issuer and serial number."""
    assert Draft(signing={"by_key_identifier": True}).check().findings == ()


def test_elliptic_curve_signature_verifies():
    """A signer with a P-256 key is verified with ECDSA."""
    leaf = pass_certificate(INTERMEDIATE, make_curve_key())
    assert Draft(signing={"signer": leaf, "inside": (leaf, INTERMEDIATE)}).check().findings == ()


def _indefinite(der: bytes, levels: int = 4) -> bytes:
    """The same elements, the outer constructed ones with indefinite lengths."""
    _, _, _, header, content, _ = parser.parse(der)
    if not levels or not der[0] & 0x20:
        return der
    inner = b""
    while content:
        size = len(parser.parse(content)[3]) + len(parser.parse(content)[4])
        inner += _indefinite(content[:size], levels - 1)
        content = content[size:]
    return header[:1] + b"\x80" + inner + b"\0\0"


def test_indefinite_lengths_are_read():
    """Apple's own framework writes BER; the same content is found in it."""
    manifest = b"{}"
    report = Draft(manifest_text=manifest, signature=_indefinite(sign(manifest))).check()
    assert "signature_not_der" in _codes(report)
    assert _codes(report, Severity.ERROR) == {"manifest_not_listed"}
    assert report.passes[0].signed_at == NOW


def test_signature_of_another_library_is_good():
    """What `cryptography` signs, in binary mode and detached, is read without complaint."""
    now = SystemClock().now()
    leaf = pass_certificate(INTERMEDIATE, start=now.replace(microsecond=0) - timedelta(days=1))
    builder = (
        PKCS7SignatureBuilder().set_data(b"{\n}").add_signer(leaf.certificate, leaf.key, hashes.SHA256())
    )
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    signature = builder.add_certificate(INTERMEDIATE.certificate).sign(Encoding.DER, options)
    draft = Draft(manifest_text=b"{\n}", signature=signature, checking={"now": now + timedelta(minutes=5)})
    draft.document["expirationDate"] = "9999-01-01T00:00Z"
    assert _codes(draft.check()) == {"manifest_not_listed"}


def test_http_is_allowed_on_demand():
    """A development web service without TLS is judged like a phone in developer mode does."""
    draft = Draft(checking={"allow_http": True})
    draft.document["webServiceURL"] = "http://127.0.0.1:8000/wallet"
    assert draft.check().findings == ()


def test_latin_1_barcode_is_good():
    """Letters beyond ASCII may stand in a Latin-1 barcode."""
    draft = Draft()
    draft.barcode["message"] = "Smørrebrød"
    assert draft.check().findings == ()


def test_bundle_is_judged_pass_by_pass():
    """Findings of a bundle name the pass; each pass has its identity."""
    bad = Draft()
    bad.document.pop("description")
    report = check_pass(
        pack([("good.pkpass", Draft().build()), ("bad.pkpass", bad.build())]),
        roots=[ROOT.certificate],
        now=NOW,
    )
    assert [finding.place for finding in report.findings] == ["bad.pkpass: pass.json"]
    assert len(report.passes) == 2
    assert report.exit_code == 1


def test_intermediate_may_be_trusted_itself():
    """A chain that ends at a trusted intermediate is complete."""
    assert Draft(checking={"roots": [INTERMEDIATE.certificate]}).check().findings == ()


def test_control_characters_do_not_reach_a_terminal():
    """Texts of a pass are shown with control characters escaped, and cut to a bounded length."""
    draft = Draft()
    draft.document["organizationName"] = "\x1b[2J\u202eBakery"
    draft.document["x\x1b]0;" + "y" * 500] = 1
    report = draft.check()
    told = "".join(each.sentence + each.place for each in report.findings) + str(
        report.passes[0].organization
    )
    assert told.isprintable()
    assert len(told) < 1000


def test_shipped_certificates_are_apples():
    """The root and the G4 intermediate that come with the product have Apple's published fingerprints."""
    root = x509.load_pem_x509_certificate(shipped.APPLE_ROOT.read_bytes())
    g4 = x509.load_der_x509_certificate(shipped.APPLE_WWDR_G4.read_bytes())
    assert root.fingerprint(hashes.SHA256()).hex() == (
        "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024"
    )
    assert g4.fingerprint(hashes.SHA256()).hex() == (
        "ea4757885538dd8cb59ff4556f676087d83c85e70902c122e42c0808b5bce14c"
    )


def test_renewed_intermediate_is_preferred_to_an_expired_one():
    """Of two intermediates with one name and key, the one that was valid at the signing time makes the chain."""
    expired = authority("Test Intermediate", ROOT, number=2, life=timedelta(days=365))
    inside = (LEAF, expired, INTERMEDIATE)
    assert Draft(signing={"inside": inside}).check().findings == ()


def test_wide_barcode_leaves_room_for_two_rows():
    """Only a square code makes secondary and auxiliary fields share a row."""
    draft = Draft()
    draft.barcode["format"] = "PKBarcodeFormatPDF417"
    draft.style["auxiliaryFields"] = [{"key": f"a{number}", "value": number} for number in range(4)]
    assert draft.check().findings == ()
