"""Rows about the container, the manifest and JSON as such."""

import hashlib
import json
import stat
import zipfile

from pkpass_check.forge import DOCUMENT, Draft, pack
from pkpass_check.rows import Row

_ICON_SHA1 = hashlib.sha1(Draft().files["icon.png"]).hexdigest()
_ICON_SHA256 = hashlib.sha256(Draft().files["icon.png"]).hexdigest()
_UNLISTED = frozenset({"manifest_not_listed"})


def _archive(change):
    """Change the bytes of the finished archive."""
    return lambda draft: setattr(draft, "spoil", change)


def _directory(name: bytes, offset: int, value: bytes):
    """Overwrite bytes of the central directory's entry of that name."""

    def spoil(data: bytes) -> bytes:
        start = data.rindex(name) - 46 + offset
        return data[:start] + value + data[start + len(value) :]

    return _archive(spoil)


def _files(**contents: bytes):
    return lambda draft: draft.files.update(contents)


def _link() -> zipfile.ZipInfo:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


def _zip64() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("extra.txt")
    entry.extract_version = 45
    return entry


def _unlisted(entry: zipfile.ZipInfo):
    return lambda draft: draft.unlisted.update({entry: b""})


def _manifest_entry(name: str, value: object):
    return lambda draft: draft.manifest.update({name: value})


def _manifest(text: bytes):
    return lambda draft: setattr(draft, "manifest_text", text)


def _text(text: bytes):
    return lambda draft: setattr(draft, "text", text)


def _members(text: str):
    """pass.json with these members in front."""
    return _text(("{" + text + "," + json.dumps(DOCUMENT)[1:]).encode())


_FOLDERED = pack((f"Card.pass/{name}", b"") for name in ("pass.json", "manifest.json", "signature"))

ROWS = [
    Row("not_a_zip", _archive(lambda data: b"<html>Not found</html>")),
    Row("not_a_zip", _archive(lambda data: b"")),
    Row("not_a_zip", _archive(lambda data: data[:-200])),
    Row("too_large", _archive(lambda data: bytes(150_000_001))),
    Row("too_large", _archive(lambda data: pack({"a": bytes(200_000_001)}.items(), zipfile.ZIP_DEFLATED))),
    Row("too_many_entries", _archive(lambda data: pack((str(number), b"") for number in range(2001)))),
    Row("too_many_entries", _archive(lambda data: b"PK\x01\x02" * 20_001)),
    Row("entry_unsafe", _files(**{"/etc/x.txt": b""})),
    Row("entry_unsafe", _files(**{"en.lproj/../../x.txt": b""})),
    Row("entry_unsafe", _files(**{"en.lproj\\x.txt": b""})),
    Row("entry_unsafe", _files(**{"C:/x.txt": b""})),
    Row("entry_unsafe", _files(**{"a\x1b[31m.txt": b""})),
    Row("entry_unsafe", _unlisted(_link()), _UNLISTED),
    Row("entry_twice", lambda draft: draft.repeated.update({"icon.png": draft.files["icon.png"]})),
    Row("entry_encrypted", _directory(b"logo.png", 8, b"\1\0")),
    Row("entry_compression", _directory(b"logo.png", 10, b"\x0e\0")),
    Row("entry_damaged", _directory(b"logo.png", 16, b"abcd")),
    Row("entry_junk", _files(**{"__MACOSX/._icon.png": b""})),
    Row("entry_junk", _files(**{".DS_Store": b""})),
    Row("zip64", _unlisted(_zip64()), _UNLISTED),
    Row("deflated", lambda draft: setattr(draft, "compression", zipfile.ZIP_DEFLATED)),
    Row("file_missing", lambda draft: draft.unpacked.add("pass.json"), frozenset({"manifest_not_packed"})),
    Row("file_missing", lambda draft: draft.unpacked.add("manifest.json")),
    Row("file_missing", lambda draft: draft.unpacked.add("signature")),
    Row("file_in_folder", _archive(lambda data: _FOLDERED), frozenset({"icon_missing"})),
    Row("manifest_not_listed", lambda draft: draft.unlisted.update({"tooling.json": b"{}"})),
    Row("manifest_not_packed", _manifest_entry("gone.png", "00" * 20)),
    Row("manifest_hash_wrong", _manifest_entry("icon.png", "00" * 20)),
    Row("manifest_hash_sha256", _manifest_entry("icon.png", _ICON_SHA256)),
    Row("manifest_hash_upper_case", _manifest_entry("icon.png", _ICON_SHA1.upper())),
    Row("manifest_hash_not_text", _manifest_entry("icon.png", 5)),
    Row("manifest_lists_itself", _manifest_entry("signature", "00" * 20)),
    Row("json_not_an_object", _manifest(b"[]")),
    Row("json_not_an_object", _text(b"null")),
    Row("text_too_large", _text(b" " * 1_000_001)),
    Row("text_too_large", _files(**{"en.lproj/pass.strings": b" " * 1_000_001})),
    Row("findings_cut", _members(",".join(f'"unknown{number}": 0' for number in range(501)))),
    Row("json_not_utf8", _manifest(b'{"caf\xe9": "00"}')),
    Row("json_byte_order_mark", _text(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode())),
    Row("json_invalid", _text(b'{"formatVersion": 1,}')),
    Row("json_invalid", _members('"userInfo": NaN')),
    Row("json_invalid", _members('"userInfo": 1e999')),
    Row("json_invalid", _members('"userInfo": ' + "9" * 5000)),
    Row("json_too_deep", _members('"userInfo": ' + "[" * 200_000 + "]" * 200_000)),
    Row("json_lone_surrogate", _members('"userInfo": {"a": ["\\ud83d"]}')),
    Row("json_key_twice", _members('"voided": false, "voided": false')),
]
