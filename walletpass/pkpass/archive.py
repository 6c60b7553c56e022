"""ZIP files of stored entries (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16), as lists of chunks.

Entries are stored, not deflated: images do not shrink, and some readers of passes refuse deflated ones. All
entries carry the format's first date, so the same content always gives the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from struct import Struct
from zlib import crc32

_SHARED = Struct("<5H3I2H")
"""What an entry's two headers have in common."""
_PLACE = Struct("<3H2I")
_END = Struct("<4s4H2IH")

_VERSION = 20
_LOCAL = b"PK\3\4"
_CENTRAL = b"PK\1\2" + bytes((_VERSION, 3))  # made on Unix
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
        shared = _SHARED.pack(_VERSION, 0, _STORED, _TIME, _DATE, crc, length, length, name_length, 0)
        self.directory += (_CENTRAL, shared, _PLACE.pack(0, 0, 0, _ATTRIBUTES, self.size), name)
        self.chunks += (_LOCAL, shared, name, data)
        self.size += len(_LOCAL) + _SHARED.size + name_length + length
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
