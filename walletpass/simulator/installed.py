"""A pass on the phone: judged as an iPhone judges it, and read in the phone's language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography import x509

from walletpass.pkpass.check import Report, Severity, check_pass
from walletpass.pkpass.check.fields import Field, find_fields
from walletpass.pkpass.check.images import SLOTS
from walletpass.pkpass.check.layout import find_style
from walletpass.pkpass.check.package import Package, open_package
from walletpass.pkpass.check.strict_json import parse_object
from walletpass.pkpass.check.strings_file import decode_strings, parse_strings
from walletpass.pkpass.check.values import read_date

PASS_JSON, MANIFEST = "pass.json", "manifest.json"
_SCALES = ("", "@2x", "@3x")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a phone believes. An iPhone: Apple's root only, and https only."""

    roots: Sequence[x509.Certificate]
    allow_http: bool = False


class PassRefused(Exception):
    """What was offered is not a pass that this phone takes."""

    def __init__(self, report: Report) -> None:
        faults = [finding for finding in report.findings if finding.severity is Severity.ERROR]
        super().__init__(" ".join(fault.sentence for fault in faults[:3]))
        self.report = report


@dataclass(frozen=True, slots=True, order=True)
class PassKey:
    """What makes two files the same pass."""

    pass_type: str
    serial: str


@dataclass(frozen=True, slots=True)
class InstalledPass:
    file: bytes = field(repr=False)
    document: Mapping[str, object] = field(repr=False)
    """pass.json. A value of a wrong type is treated as missing, as Wallet does."""
    strings: Mapping[str, str] = field(repr=False)
    """pass.strings of the best language that the pass has."""
    language: str
    digest: str
    """Of the manifest, hence of everything but signature and signing time."""
    modified: str = ""
    """Last-Modified as the web service gave it; empty before the first fetch."""

    @property
    def key(self) -> PassKey:
        return PassKey(self.text("passTypeIdentifier"), self.text("serialNumber"))

    @property
    def service(self) -> str:
        """The web service's address without `/v1`; empty where the pass has none."""
        return self.text("webServiceURL").rstrip("/")

    @property
    def token(self) -> str:
        return self.text("authenticationToken")

    @property
    def style(self) -> str:
        return find_style(dict(self.document)) or ""

    @property
    def fields(self) -> Iterator[Field]:
        return (each for each in find_fields(dict(self.document)) if each.style == self.style)

    @property
    def voided(self) -> bool:
        return self.document.get("voided") is True

    def expired(self, now: datetime) -> bool:
        at = read_date(self.document.get("expirationDate"))
        return at is not None and at <= now

    def text(self, key: str) -> str:
        """As it stands in pass.json."""
        value = self.document.get(key)
        return value if isinstance(value, str) else ""

    def words(self, key: str) -> str:
        """As the phone shows it."""
        return self.translate(self.text(key))

    def translate(self, text: str) -> str:
        return self.strings.get(text, text)

    def objects(self, key: str) -> list[dict[str, object]]:
        entries = self.document.get(key)
        return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []

    def image(self, name: str, scale: int = 3) -> bytes | None:
        """PNG of at most `scale`, the sharpest first; a picture at the root hides those of a language."""
        if name not in SLOTS:
            return None
        files = open_package(self.file).files
        for folder in ("", f"{self.language}.lproj/"):
            for suffix in (*reversed(_SCALES[:scale]), *_SCALES[scale:]):
                if (data := files.get(f"{folder}{name}{suffix}.png")) is not None:
                    return data
        return None


def read_passes(data: bytes, trust: Trust, language: str, now: datetime) -> list[InstalledPass]:
    """The pass, or the passes of a bundle. Raises PassRefused: all or none."""
    report = check_pass(data, roots=trust.roots, now=now, allow_http=trust.allow_http)
    if report.exit_code:
        raise PassRefused(report)
    package = open_package(data)
    if PASS_JSON in package.files:
        return [open_installed(data, language)]
    return [open_installed(package.files[name], language) for name in sorted(package.files)]


def open_installed(file: bytes, language: str) -> InstalledPass:
    """A pass that was judged before."""
    package = open_package(file)
    document, _ = parse_object(package.files[PASS_JSON], PASS_JSON)
    found = _best_language(package, language)
    path = f"{found}.lproj/pass.strings"
    return InstalledPass(
        file=file,
        document=document or {},
        strings=dict(parse_strings(decode_strings(package.files[path]))) if path in package.files else {},
        language=found,
        digest=sha256(package.files[MANIFEST]).hexdigest(),
    )


def _best_language(package: Package, wanted: str) -> str:
    """Exactly the wanted one, else the same without its region; empty: the texts of pass.json stand."""
    offered = {path.partition(".lproj/")[0] for path in package.names if ".lproj/" in path}
    plain = re.split("[-_]", wanted)[0]
    return next((language for language in (wanted, plain) if language in offered), "")
