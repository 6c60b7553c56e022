"""A forge of passes, good and bad: built with zipfile and asn1crypto, not with the code that is tested."""

import copy
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from PIL import Image

from walletpass.pkpass.check import Report, check_pass

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASS_TYPE, TEAM = "pass.com.example.loyalty", "ABCDE12345"
_MARKER = ObjectIdentifier("1.2.840.113635.100.6.1.16")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: Key


@cache
def make_key(number: int = 0, size: int = 2048) -> rsa.RSAPrivateKey:
    """The key of that number; keys are dear, so they are shared."""
    return rsa.generate_private_key(65537, size)


@cache
def make_curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make_certificate(
    names: dict[ObjectIdentifier, str],
    key: Key,
    issuer: Issued | None = None,
    *,
    authority: bool = False,
    start: datetime = datetime(2025, 9, 1, tzinfo=UTC),
    life: timedelta = timedelta(days=395),
    marker: str | None = None,
    named_issuer_key: bytes | None = None,
    public_key: object | None = None,
) -> Issued:
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in names.items()])
    signing_key = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder(
            issuer_name=issuer.certificate.subject if issuer else subject,
            subject_name=subject,
            public_key=public_key or key.public_key(),
            serial_number=1000 + len(names),
            not_valid_before=start,
            not_valid_after=start + life,
        )
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    named = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    if named_issuer_key:
        named = x509.AuthorityKeyIdentifier(named_issuer_key, None, None)
    builder = builder.add_extension(named, critical=False)
    if marker is not None:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(_MARKER, core.UTF8String(marker).dump()), critical=False
        )
    return Issued(builder.sign(signing_key, hashes.SHA256()), key)


def authority(name: str, issuer: Issued | None = None, number: int = 1, **options: object) -> Issued:
    options = {
        "authority": True,
        "start": datetime(2016, 1, 1, tzinfo=UTC),
        "life": timedelta(7300),
    } | options
    return make_certificate({NameOID.COMMON_NAME: name}, make_key(number), issuer, **options)


def pass_certificate(issuer: Issued, key: Key | None = None, **options: object) -> Issued:
    names = {
        NameOID.USER_ID: PASS_TYPE,
        NameOID.COMMON_NAME: f"Pass Type ID: {PASS_TYPE}",
        NameOID.ORGANIZATIONAL_UNIT_NAME: TEAM,
    } | options.pop("names", {})
    return make_certificate(names, key or make_key(), issuer, **({"marker": PASS_TYPE} | options))


ROOT = authority("Test Root", number=1)
INTERMEDIATE = authority("Test Intermediate", ROOT, number=2)
LEAF = pass_certificate(INTERMEDIATE)


def sign(
    manifest: bytes,
    *,
    signer: Issued = LEAF,
    inside: Iterable[Issued] = (LEAF, INTERMEDIATE),
    digest: str = "sha256",
    over: bytes | None = None,
    content_type: str = "data",
    signed_at: datetime | None = NOW,
    attributes: bool = True,
    attached: bool = False,
    by_key_identifier: bool = False,
    signers: int = 1,
    signature_algorithm: str | None = None,
    trailing: bytes = b"",
    listed_digest: str | None = None,
    inner_type: str = "data",
) -> bytes:
    """A CMS signature in DER, or one that is wrong in the way asked for."""
    certificate = asn1_x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER))
    stated = hashlib.new(digest, manifest if over is None else over).digest()
    signed = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
            cms.CMSAttribute({"type": "message_digest", "values": [stated]}),
        ]
    )
    if signed_at is not None:
        at = cms.Time({"utc_time": signed_at})
        signed.append(cms.CMSAttribute({"type": "signing_time", "values": [at]}))
    covered = signed.dump() if attributes else manifest
    algorithm = "rsassa_pkcs1v15" if isinstance(signer.key, rsa.RSAPrivateKey) else f"{digest}_ecdsa"
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"subject_key_identifier": certificate.key_identifier}
            if by_key_identifier
            else {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            }
        ),
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": {"algorithm": signature_algorithm or algorithm},
        "signature": _sign_value(signer.key, covered, digest),
    }
    if attributes:
        info["signed_attrs"] = signed
    content = {"content_type": inner_type} | ({"content": manifest} if attached else {})
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": listed_digest or digest}],
            "encap_content_info": content,
            "certificates": [
                asn1_x509.Certificate.load(each.certificate.public_bytes(Encoding.DER)) for each in inside
            ],
            "signer_infos": [info] * signers,
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump() + trailing


def _sign_value(key: Key, data: bytes, digest: str) -> bytes:
    algorithm = getattr(hashes, digest.upper())()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm)
    return key.sign(data, ec.ECDSA(algorithm))


@cache
def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (60, 40, 30)).save(stream, kind)
    return stream.getvalue()


def strings(**texts: str) -> bytes:
    lines = (f'"{key}" = "{value}";' for key, value in texts.items())
    return ("/* words */\n" + "\n".join(lines) + "\n").encode("utf-16")


DOCUMENT = {
    "formatVersion": 1,
    "passTypeIdentifier": PASS_TYPE,
    "teamIdentifier": TEAM,
    "serialNumber": "c7f0a2b94d",
    "organizationName": "Example Bakery",
    "description": "Loyalty card",
    "backgroundColor": "rgb(60, 40, 30)",
    "foregroundColor": "rgb(255, 255, 255)",
    "expirationDate": "2027-05-01T09:00+02:00",
    "webServiceURL": "https://cards.example.com/wallet",
    "authenticationToken": "q3J8vTz0Lw5nYc1R",
    "barcodes": [{"format": "PKBarcodeFormatQR", "message": "c7f0", "messageEncoding": "iso-8859-1"}],
    "locations": [{"latitude": 48.2082, "longitude": 16.3738, "relevantText": "Fresh bread"}],
    "storeCard": {
        "headerFields": [{"key": "points", "label": "POINTS", "value": 75, "changeMessage": "Now %@ points"}],
        "primaryFields": [{"key": "balance", "value": 21.75, "currencyCode": "EUR"}],
        "secondaryFields": [{"key": "member", "value": "A. Person", "textAlignment": "PKTextAlignmentRight"}],
        "backFields": [{"key": "until", "value": "2027-05-01T09:00:00Z", "dateStyle": "PKDateStyleShort"}],
    },
}
FILES = {
    f"{base}{scale}.png": picture(width * factor, height * factor)
    for base, width, height in (("icon", 38, 38), ("logo", 160, 50), ("strip", 375, 144))
    for scale, factor in (("", 1), ("@2x", 2), ("@3x", 3))
} | {
    "en.lproj/pass.strings": strings(POINTS="Points"),
    "zh-Hans.lproj/pass.strings": strings(POINTS="积分"),
}


@dataclass
class Draft:
    """A good pass that a test spoils before it is built."""

    document: dict = field(default_factory=lambda: copy.deepcopy(DOCUMENT))
    text: bytes | None = None
    """Bytes of pass.json instead of the document."""
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    manifest: dict = field(default_factory=dict)
    """Entries that differ from the true hashes."""
    manifest_text: bytes | None = None
    signature: bytes | None = None
    signing: dict = field(default_factory=dict)
    """Options of `sign`."""
    unpacked: set[str] = field(default_factory=set)
    """Files that are listed but not in the archive."""
    unlisted: dict[str | zipfile.ZipInfo, bytes] = field(default_factory=dict)
    repeated: dict[str, bytes] = field(default_factory=dict)
    compression: int = zipfile.ZIP_STORED
    spoil: Callable[[bytes], bytes] = bytes
    """Changes the finished archive."""
    checking: dict = field(default_factory=dict)
    """Arguments of `check_pass`."""

    @property
    def style(self) -> dict:
        return self.document["storeCard"]

    @property
    def field(self) -> dict:
        return self.style["headerFields"][0]

    @property
    def barcode(self) -> dict:
        return self.document["barcodes"][0]

    def restyle(self, style: str) -> None:
        self.document[style] = self.document.pop("storeCard")

    def build(self) -> bytes:
        text = self.text if self.text is not None else json.dumps(self.document).encode()
        files = {"pass.json": text} | self.files
        manifest = self.manifest_text
        if manifest is None:
            hashed = {name: hashlib.sha1(content).hexdigest() for name, content in files.items()}
            manifest = json.dumps(hashed | self.manifest, indent=1).encode()
        signature = sign(manifest, **self.signing) if self.signature is None else self.signature
        files |= {"manifest.json": manifest, "signature": signature} | self.unlisted
        entries = [(name, content) for name, content in files.items() if name not in self.unpacked]
        return self.spoil(pack([*entries, *self.repeated.items()], self.compression))

    def check(self) -> Report:
        return check_pass(self.build(), **({"roots": [ROOT.certificate], "now": NOW} | self.checking))


def pack(
    entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], compression: int = zipfile.ZIP_STORED
) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()
