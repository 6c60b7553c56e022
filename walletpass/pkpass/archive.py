"""ZIP files of stored entries (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16), as lists of chunks.

Entries are stored, not deflated: images do not shrink, and some readers of passes refuse deflated ones. All
entries carry the format's first date, so the same content always gives the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from struct import Struct
from zlib import crc32

_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")

_VERSION = 20
_MADE_BY = 3 << 8 | _VERSION  # Unix
_STORED = 0
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01 00:00
_ATTRIBUTES = 0o100644 << 16


@dataclass(slots=True)
class Archive:
    """An archive in the making; may begin with entries that were laid out before."""

    chunks: list[bytes] = field(default_factory=list)
    directory: list[bytes] = field(default_factory=list)
    size: int = 0
    """Bytes of all chunks."""
    entries: int = 0

    def add(self, name: bytes, data: bytes) -> None:
        """Add an entry; names are ASCII."""
        crc, length, name_length = crc32(data), len(data), len(name)
        header = _LOCAL.pack(
            b"PK\3\4", _VERSION, 0, _STORED, _TIME, _DATE, crc, length, length, name_length, 0
        )
        record = _CENTRAL.pack(
            b"PK\1\2", _MADE_BY, _VERSION, 0, _STORED, _TIME, _DATE, crc, length, length, name_length,
            0, 0, 0, 0, _ATTRIBUTES, self.size,
        )  # fmt: skip
        self.chunks += (header, name, data)
        self.directory += (record, name)
        self.size += len(header) + name_length + length
        self.entries += 1

    def finish(self) -> bytes:
        directory = b"".join(self.directory)
        end = _END.pack(b"PK\5\6", 0, 0, self.entries, self.entries, len(directory), self.size, 0)
        return b"".join((*self.chunks, directory, end))


def build_archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    archive = Archive()
    for name, data in entries:
        archive.add(name.encode("ascii"), data)
    return archive.finish()
