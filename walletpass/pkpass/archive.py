"""ZIP files of stored entries (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16).

Entries are stored, not deflated: images do not shrink, and some readers of passes refuse deflated ones. All
entries carry the format's first date, so the same content always gives the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from zlib import crc32

_VERSION = 20
_STORED = 0
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01 00:00
_OF_ALL = Struct("<5H").pack(_VERSION, 0, _STORED, _TIME, _DATE)
_LOCAL = b"PK\3\4" + _OF_ALL
_CENTRAL = b"PK\1\2" + bytes((_VERSION, 3)) + _OF_ALL  # made on Unix
_OF_ENTRY = Struct("<3I2H")
"""What an entry's two headers have in common."""
_PLACE = Struct("<3HI").pack(0, 0, 0, 0o100644 << 16)
_LOCAL_SIZE = len(_LOCAL) + _OF_ENTRY.size
_END = Struct("<4s4H2IH")


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """The beginning of an archive, and its lines of the directory."""

    laid_out: bytes = b""
    directory: bytes = b""
    entries: int = 0


_EMPTY = OpenArchive()


def open_archive(files: Mapping[bytes, bytes]) -> OpenArchive:
    """Of files by name (ASCII)."""
    chunks, directory, _ = _lay_out(_EMPTY, files)
    return OpenArchive(b"".join(chunks), b"".join(directory), len(files))


def close_archive(opened: OpenArchive, files: Mapping[bytes, bytes]) -> bytes:
    """The archive with these files, by name (ASCII), behind those that it has."""
    chunks, lines, size = _lay_out(opened, files)
    entries, directory = opened.entries + len(files), b"".join(lines)
    end = _END.pack(b"PK\5\6", 0, 0, entries, entries, len(directory), size, 0)
    return b"".join((*chunks, directory, end))


def build_archive(files: Mapping[bytes, bytes]) -> bytes:
    return close_archive(_EMPTY, files)


def _lay_out(opened: OpenArchive, files: Mapping[bytes, bytes]) -> tuple[list[bytes], list[bytes], int]:
    """Chunks of the archive, lines of its directory, and the bytes of all chunks."""
    chunks, directory, size = [opened.laid_out], [opened.directory], len(opened.laid_out)
    for name, data in files.items():
        length = len(data)
        header = _OF_ENTRY.pack(crc32(data), length, length, len(name), 0)
        chunks += (_LOCAL, header, name, data)
        directory += (_CENTRAL, header, _PLACE, size.to_bytes(4, "little"), name)
        size += _LOCAL_SIZE + len(name) + length
    return chunks, directory, size
