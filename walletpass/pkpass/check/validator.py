"""The whole check of a pass or a bundle: every subject in turn, nothing read from outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice

from cryptography import x509

from walletpass.pkpass.check.barcodes import check_barcodes
from walletpass.pkpass.check.catalogue import found, printable
from walletpass.pkpass.check.chain import check_identity, name_of
from walletpass.pkpass.check.fields import check_fields
from walletpass.pkpass.check.findings import Finding, Identity, Report
from walletpass.pkpass.check.images import check_images
from walletpass.pkpass.check.keys import PASS, STYLES
from walletpass.pkpass.check.layout import check_layout, find_style
from walletpass.pkpass.check.localisation import check_localisation
from walletpass.pkpass.check.manifest import MANIFEST, SIGNATURE, check_manifest
from walletpass.pkpass.check.package import Package, UnreadableError, open_package
from walletpass.pkpass.check.relevance import check_relevance
from walletpass.pkpass.check.services import check_identifiers, check_nfc, check_web_service
from walletpass.pkpass.check.shape import check_shape, find_without_effect
from walletpass.pkpass.check.signature import Verdict, check_signature
from walletpass.pkpass.check.strict_json import parse_object

_PASS = "pass.json"  # noqa: S105 - a file name
_MOST_PASSES = 10
_MOST_FINDINGS = 500


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a pass is judged by."""

    roots: Sequence[x509.Certificate]
    now: datetime
    allow_http: bool


def check_pass(
    data: bytes, *, roots: Sequence[x509.Certificate], now: datetime, allow_http: bool = False
) -> Report:
    """Judge a `.pkpass`, or every pass of a `.pkpasses` bundle. Never raises for bad data.

    `roots` are the authorities that are trusted: Apple's, or a development chain's. `allow_http` lets a web service
    be reached without TLS, as an iPhone in developer mode would.
    """
    terms = _Terms(roots, now, allow_http)
    try:
        package = open_package(data)
    except UnreadableError as error:
        return Report.unreadable(error.finding)
    if _PASS not in package.names and any(name.endswith(".pkpass") for name in package.names):
        return _check_bundle(package, terms)
    identity, findings = _check_package(package, terms)
    return Report(tuple(findings), (identity,))


def _check_bundle(package: Package, terms: _Terms) -> Report:
    findings = list(package.findings)
    identities = []
    if len(package.names) > _MOST_PASSES:
        findings.append(found("bundle_too_many", "", count=len(package.names), most=_MOST_PASSES))
    for name in sorted(package.names)[:_MOST_PASSES]:
        if "/" in name or not name.endswith(".pkpass"):
            findings.append(found("bundle_stranger", name))
        elif name in package.files:
            identity, inner = _check_inner(package.files[name], terms)
            identities.append(identity)
            findings += [replace(each, place=f"{printable(name)}: {each.place}") for each in inner]
    return Report(tuple(findings), tuple(identities))


def _check_inner(data: bytes, terms: _Terms) -> tuple[Identity, list[Finding]]:
    try:
        return _check_package(open_package(data), terms)
    except UnreadableError as error:
        return Identity(), [error.finding]


def _check_package(package: Package, terms: _Terms) -> tuple[Identity, list[Finding]]:
    files = package.files
    verdict = Verdict(())
    if SIGNATURE in files and MANIFEST in files:
        verdict = check_signature(files[SIGNATURE], files[MANIFEST], terms.roots, terms.now)
    document, json_findings = parse_object(files[_PASS], _PASS) if _PASS in files else (None, [])
    findings = chain(
        package.findings,
        _check_files(package),
        check_manifest(package),
        verdict.findings,
        json_findings,
        () if document is None else _check_document(document, package, verdict, terms),
        check_images(files, frozenset(STYLES).intersection(document or ())),
        check_localisation(files, document or {}),
    )
    return _identify(document or {}, verdict), _first(findings)


def _first(findings: Iterator[Finding]) -> list[Finding]:
    """As many as a reader can use; what is left is not even looked for."""
    kept = list(islice(findings, _MOST_FINDINGS))
    return [*kept, found("findings_cut", "", most=_MOST_FINDINGS)] if next(findings, None) else kept


def _check_files(package: Package) -> Iterator[Finding]:
    for name in (_PASS, MANIFEST, SIGNATURE):
        folder = next((each for each in sorted(package.names) if each.endswith(f"/{name}")), None)
        if name not in package.names and folder is not None:
            yield found("file_in_folder", folder, name=name)
        elif name not in package.names:
            yield found("file_missing", name)


def _check_document(
    document: dict[str, object], package: Package, verdict: Verdict, terms: _Terms
) -> Iterator[Finding]:
    style = find_style(document)
    leaf = verdict.chain[0] if verdict.chain else None
    if leaf is not None:
        yield from check_identity(leaf, document)
    yield from check_shape(document, PASS, _PASS)
    if style is not None:
        yield from find_without_effect(document, PASS, _PASS, style)
    yield from check_identifiers(document)
    yield from check_layout(document)
    yield from check_fields(document)
    yield from check_barcodes(document)
    yield from check_relevance(document, style, terms.now)
    yield from check_web_service(document, allow_http=terms.allow_http)
    yield from check_nfc(document, package.names, leaf)


def _identify(document: dict[str, object], verdict: Verdict) -> Identity:
    def text(key: str) -> str | None:
        value = document.get(key)
        return printable(value) if isinstance(value, str) else None

    return Identity(
        pass_type=text("passTypeIdentifier"),
        team=text("teamIdentifier"),
        serial=text("serialNumber"),
        organization=text("organizationName"),
        signed_at=verdict.signed_at,
        chain=tuple(printable(name_of(certificate)) for certificate in verdict.chain),
    )
