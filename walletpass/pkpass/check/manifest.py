"""`manifest.json` against the files of the package, in both directions.

https://developer.apple.com/documentation/walletpasses/building-a-pass
"""

import hashlib
from collections.abc import Iterator

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.package import Package
from walletpass.pkpass.check.strict_json import parse_object

MANIFEST = "manifest.json"
SIGNATURE = "signature"
_UNLISTED = {MANIFEST, SIGNATURE}


def check_manifest(package: Package) -> Iterator[Finding]:
    data = package.files.get(MANIFEST)
    if data is None:
        return
    document, findings = parse_object(data, MANIFEST)
    yield from findings
    if document is None:
        return
    for name in sorted(_UNLISTED & document.keys()):
        yield found("manifest_lists_itself", MANIFEST, name=name)
    for name in sorted(package.names - document.keys() - _UNLISTED):
        yield found("manifest_not_listed", name)
    for name in sorted(document.keys() - package.names - _UNLISTED):
        yield found("manifest_not_packed", name)
    for name in sorted(document.keys() & package.files.keys() - _UNLISTED):
        yield from _compare(name, document[name], package.files[name])


def _compare(name: str, listed: object, content: bytes) -> Iterator[Finding]:
    if not isinstance(listed, str):
        yield found("manifest_hash_not_text", name)
        return
    actual = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if listed == actual:
        return
    if listed.lower() == actual:
        yield found("manifest_hash_upper_case", name)
    elif listed.lower() == hashlib.sha256(content).hexdigest():
        yield found("manifest_hash_sha256", name)
    else:
        yield found("manifest_hash_wrong", name)
