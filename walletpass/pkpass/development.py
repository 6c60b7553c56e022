"""A certificate chain in the shape of Apple's, for developing without one. No iPhone trusts it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from walletpass.pkpass import der
from walletpass.pkpass.certificate_folder import Trust, read_files
from walletpass.pkpass.certificates import PASS_TYPE_MARKER
from walletpass.pkpass.key_files import make_key, write_certificates, write_key
from walletpass.pkpass.signers import Signers, load_signers

FOLDER = "development-certificates"
"""Name of the folder, inside the data folder, where the chain is kept."""
PASS_TYPE_IDENTIFIER = "pass.dev.walletpass.cards"  # noqa: S105 - not a password
TEAM_IDENTIFIER = "DEVELOPMNT"
ROOT_FILE = "root.pem"

_CHAIN, _KEY = "chain.pem", "key.pem"
_SERVER_FOLDER = "server"

_ORGANISATION = "walletpass development"
_LONGEST_NAME = 64
"""X.509's limit for a common name."""
_AUTHORITY_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=395)
_RENEW_BEFORE = timedelta(days=30)
_CLOCK_SKEW = timedelta(hours=1)

_INTERMEDIATE_MARKER = ObjectIdentifier("1.2.840.113635.100.6.2.1")
_PUSH_MARKER = ObjectIdentifier("1.2.840.113635.100.6.3.2")
_PASS_USAGE = ObjectIdentifier("1.2.840.113635.100.4.14")
_DER_NULL = b"\x05\x00"
_UTF8_STRING = 0x0C


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate and the key that issues under it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """What a server on this machine shows (`certificate` and `key`) and asks its callers to lead to (`root`)."""

    root: Path
    certificate: Path
    key: Path


def load_development_signers(folder: Path, now: datetime, *others: str) -> Signers:
    """The development chain's signers, made first where one is missing or ends within a month: of its own pass type
    and of `others`, also those asked for before.

    The folder then holds `root.pem` (to be trusted by simulators and checks), `chain.pem` (leaf and
    intermediate), `key.pem` (mode 600), such a pair for each other pass type, and a server's. Several processes may
    ask at once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        kept = [path.name.removesuffix(f".{_CHAIN}") for path in folder.glob(f"pass.*.{_CHAIN}")]
        others = tuple({*kept, *others} - {PASS_TYPE_IDENTIFIER})
        if not _is_whole(folder, now, others):
            _make_chain(folder, now, others)
        return _load(folder, now)


def load_server_files(folder: Path, now: datetime) -> ServerFiles:
    """A server's pair for localhost and 127.0.0.1 under the same root, made with the chain and kept as it is."""
    load_development_signers(folder, now)
    return _server_files(folder)


def make_root(now: datetime) -> Authority:
    key = make_key()
    name = _authority_name("walletpass development root")
    certificate = _authority_builder(name, name, key, key, now, path_length=None).sign(key, SHA256())
    return Authority(certificate, key)


def make_intermediate(root: Authority, now: datetime) -> Authority:
    key = make_key()
    name = _authority_name("walletpass development intermediate")
    builder = _authority_builder(name, root.certificate.subject, key, root.key, now, path_length=0)
    marked = builder.add_extension(
        x509.UnrecognizedExtension(_INTERMEDIATE_MARKER, _DER_NULL), critical=False
    )
    return Authority(marked.sign(root.key, SHA256()), key)


def make_pass_certificate(
    issuer: Authority,
    key: rsa.RSAPrivateKey,
    now: datetime,
    *,
    pass_type_identifier: str = PASS_TYPE_IDENTIFIER,
    team_identifier: str = TEAM_IDENTIFIER,
    marker: str | None = None,
    life: timedelta = _LEAF_LIFE,
) -> x509.Certificate:
    """A Pass Type ID certificate as Apple makes them; `marker` differs only where the trap is to be shown."""
    marker_value = der.wrap(_UTF8_STRING, (marker or pass_type_identifier).encode())
    subject = (
        (NameOID.USER_ID, pass_type_identifier),
        (NameOID.COMMON_NAME, f"Pass Type ID: {pass_type_identifier}"[:_LONGEST_NAME]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, team_identifier),
        (NameOID.ORGANIZATION_NAME, _ORGANISATION),
    )
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in subject if text])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, _PASS_USAGE])
    return (
        _builder(name, issuer.certificate.subject, key, issuer.key, now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(x509.UnrecognizedExtension(PASS_TYPE_MARKER, marker_value), critical=False)
        .add_extension(x509.UnrecognizedExtension(_PUSH_MARKER, _DER_NULL), critical=False)
        .sign(issuer.key, SHA256())
    )


def make_server_certificate(issuer: Authority, key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    """For a stand-in of Apple's servers on this machine."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "walletpass development server")])
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    return (
        _builder(name, issuer.certificate.subject, key, issuer.key, now, _LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(hosts, critical=False)
        .sign(issuer.key, SHA256())
    )


def _is_whole(folder: Path, now: datetime, others: tuple[str, ...]) -> bool:
    server = _server_files(folder)
    signs = {PASS_TYPE_IDENTIFIER, *others} <= {*_load(folder, now + _RENEW_BEFORE).pass_type_identifiers}
    return signs and server.certificate.exists() and server.key.exists()


def _server_files(folder: Path) -> ServerFiles:
    own = folder / _SERVER_FOLDER
    return ServerFiles(folder / ROOT_FILE, own / "certificate.pem", own / "key.pem")


def _load(folder: Path, now: datetime) -> Signers:
    files, _ = read_files([folder / ROOT_FILE])
    roots = tuple(link for file in files for link in file.material.certificates)
    return load_signers(folder, Trust(roots), now)


def _make_chain(folder: Path, now: datetime, others: tuple[str, ...]) -> None:
    """The authorities' keys are thrown away: the next chain is a whole new one.

    The leaves' chains are written last: a folder left half written does not load, and is made anew.
    """
    root = make_root(now)
    intermediate = make_intermediate(root, now)
    write_certificates(folder / ROOT_FILE, root.certificate)
    _write_server(_server_files(folder), root, now)
    for pass_type, stem in ((PASS_TYPE_IDENTIFIER, ""), *((other, f"{other}.") for other in others)):
        key = make_key()
        leaf = make_pass_certificate(intermediate, key, now, pass_type_identifier=pass_type)
        write_key(folder / f"{stem}{_KEY}", key)
        write_certificates(folder / f"{stem}{_CHAIN}", leaf, intermediate.certificate)


def _write_server(files: ServerFiles, root: Authority, now: datetime) -> None:
    key = make_key()
    files.key.parent.mkdir(exist_ok=True)
    write_key(files.key, key)
    write_certificates(files.certificate, make_server_certificate(root, key, now))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _authority_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
        ]
    )


def _authority_builder(
    name: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    now: datetime,
    *,
    path_length: int | None,
) -> x509.CertificateBuilder:
    return (
        _builder(name, issuer, key, issuer_key, now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_key_usage(digital_signature=False), critical=True)
    )


def _builder(
    name: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    subject_key = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + life)
        .add_extension(subject_key, critical=False)
        .add_extension(authority_key, critical=False)
    )


def _key_usage(*, digital_signature: bool) -> x509.KeyUsage:
    """A leaf signs, an authority certifies."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=not digital_signature,
        crl_sign=not digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
