"""Language folders: their names, their strings files and their images.

https://developer.apple.com/documentation/walletpasses/creating-the-source-for-a-pass
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from walletpass.pkpass.check.catalogue import found, listing
from walletpass.pkpass.check.fields import find_fields
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.images import find_images
from walletpass.pkpass.check.package import MAX_TEXT
from walletpass.pkpass.check.strings_file import decode_strings, parse_strings

_STRINGS = "pass.strings"
_FOLDER = re.compile(r"([^/]+)\.lproj/")
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Z][a-z]{3})?([-_]([A-Z]{2}|[0-9]{3}))?")
_PROPERTY_LISTS = (b"bplist00", b"<?xml")


def check_localisation(files: Mapping[str, bytes], document: dict[str, object]) -> Iterator[Finding]:
    for language in sorted({match[1] for path in files if (match := _FOLDER.match(path))}):
        if not _LANGUAGE.fullmatch(language):
            yield found("language_name", f"{language}.lproj")
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(files):
        if path.endswith(f".lproj/{_STRINGS}"):
            entries, findings = _read_strings(path, files[path])
            yield from findings
            if entries is not None:
                tables[path] = dict(entries)
    yield from _check_keys(tables)
    yield from _check_messages(tables, document)
    yield from _check_images(files)


def _read_strings(path: str, data: bytes) -> tuple[list[tuple[str, str]] | None, list[Finding]]:
    if len(data) > MAX_TEXT:
        return None, [found("text_too_large", path, limit=MAX_TEXT)]
    if data.startswith(_PROPERTY_LISTS):
        return None, [found("strings_property_list", path)]
    try:
        entries = parse_strings(decode_strings(data))
    except UnicodeDecodeError:
        return None, [found("strings_encoding", path)]
    except ValueError as error:
        return None, [found("strings_broken", path, line=error)]
    findings = [
        found("strings_key_twice", path, key=key)
        for key, count in Counter(key for key, _ in entries).items()
        if count > 1
    ]
    if not data.isascii() and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.append(found("strings_utf8", path))
    return entries, findings


def _check_keys(tables: dict[str, dict[str, str]]) -> Iterator[Finding]:
    everything = {key for table in tables.values() for key in table}
    for path, table in tables.items():
        if missing := everything - table.keys():
            yield found("strings_keys_differ", path, keys=listing(missing))


def _check_messages(tables: dict[str, dict[str, str]], document: dict[str, object]) -> Iterator[Finding]:
    for field in find_fields(document):
        message = field.content.get("changeMessage")
        if isinstance(message, str) and "%@" in message:
            for path, table in tables.items():
                if "%@" not in table.get(message, message):
                    yield found("strings_placeholder_lost", path, key=message)


def _check_images(files: Mapping[str, bytes]) -> Iterator[Finding]:
    scales: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for image in find_images(files):
        scales[image.base][image.folder].add(image.scale)
    for base, folders in scales.items():
        if "" in folders and len(folders) > 1:
            yield found("image_hides_localised", f"{base}.png", folders=listing(folders.keys() - {""}))
        elif len(set(map(frozenset, folders.values()))) > 1:
            yield found("image_scales_differ", f"{base}.png", folders=listing(folders))
