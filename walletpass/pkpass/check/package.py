"""The ZIP container: opened within limits, every entry read once.

https://developer.apple.com/documentation/walletpasses/building-a-pass
"""

import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from walletpass.pkpass.check.catalogue import found
from walletpass.pkpass.check.findings import Finding

MAX_FILE = 150_000_000
"""Bytes of a file on disk; Apple's limit for a bundle."""
MAX_TEXT = 1_000_000
"""Bytes of a JSON or strings file that is still read."""
_MAX_UNPACKED = 200_000_000
_MAX_ENTRIES = 2_000
_CENTRAL_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_ZIP64_VERSION = 45
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")
_JUNK = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db)(/|$)")
_ZIP_FAULTS = (zipfile.BadZipFile, RuntimeError, zlib.error, struct.error, EOFError, OSError, ValueError)
"""What `zipfile` raises on broken archives; RuntimeError covers features that it does not know."""


class UnreadableError(Exception):
    """The data is not an archive, or not one that is safe to read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Package:
    files: dict[str, bytes]
    """Entry name -> content; without folders and without entries that cannot be read."""
    names: frozenset[str]
    """Every file entry, also those that cannot be read."""
    findings: tuple[Finding, ...]


def open_package(data: bytes) -> Package:
    """Read every entry of the archive. Raises UnreadableError."""
    if len(data) > MAX_FILE:
        raise UnreadableError(found("too_large", "", limit=MAX_FILE))
    # Counted before zipfile builds an object for each of them.
    if data.count(_CENTRAL_ENTRY) > 10 * _MAX_ENTRIES:
        raise UnreadableError(found("too_many_entries", "", limit=_MAX_ENTRIES))
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _ZIP_FAULTS:
        raise UnreadableError(found("not_a_zip", "")) from None
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > _MAX_ENTRIES:
        raise UnreadableError(found("too_many_entries", "", limit=_MAX_ENTRIES))
    findings = [*_judge_names(entries), *_judge_container(entries)]
    files: dict[str, bytes] = {}
    room = _MAX_UNPACKED
    for entry in entries:
        content = _read(archive, entry, room)
        if isinstance(content, Finding):
            findings.append(content)
            continue
        files[entry.filename] = content
        room -= len(content)
    return Package(files, frozenset(entry.filename for entry in entries), tuple(findings))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes | Finding:
    if entry.flag_bits & _ENCRYPTED:
        return found("entry_encrypted", entry.filename)
    if entry.compress_type not in _COMPRESSIONS:
        return found("entry_compression", entry.filename, method=entry.compress_type)
    try:
        with archive.open(entry) as stream:
            content = stream.read(room + 1)
    except _ZIP_FAULTS:
        return found("entry_damaged", entry.filename)
    if len(content) > room:
        raise UnreadableError(found("too_large", entry.filename, limit=_MAX_UNPACKED))
    return content


def _judge_names(entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    for entry in entries:
        if reason := _unsafe(entry):
            yield found("entry_unsafe", entry.orig_filename, reason=reason)
        elif _JUNK.search(entry.filename):
            yield found("entry_junk", entry.filename)
    for name, count in Counter(entry.filename for entry in entries).items():
        if count > 1:
            yield found("entry_twice", name, count=count)


def _unsafe(entry: zipfile.ZipInfo) -> str | None:
    name = entry.orig_filename
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute path"
    if ".." in name.split("/"):
        return "points outside the package"
    if "\\" in name:
        return "has a backslash in its name"
    if not name.isprintable():
        return "has a control character in its name"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a symbolic link"
    return None


def _judge_container(entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    if any(entry.extract_version >= _ZIP64_VERSION for entry in entries):
        yield found("zip64", "")
    if any(entry.compress_type == zipfile.ZIP_DEFLATED for entry in entries):
        yield found("deflated", "")
