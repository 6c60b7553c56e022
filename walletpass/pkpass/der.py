"""Just enough DER (ITU-T X.690) to take one structure apart and put it together again."""

from collections.abc import Iterator

OCTETS = 0x04
OBJECT_IDENTIFIER = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0


def wrap(tag: int, *parts: bytes) -> bytes:
    """One element of that tag around the parts."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def content(element: bytes) -> bytes:
    start, end = _bounds(element, 0)
    return element[start:end]


def children(element: bytes) -> list[bytes]:
    """The elements inside a constructed one, each with its own tag and length."""
    return list(_split(content(element)))


def _split(data: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(data):
        end = _bounds(data, position)[1]
        yield data[position:end]
        position = end


def _bounds(data: bytes, position: int) -> tuple[int, int]:
    """Where the content of the element at `position` starts and ends; tags here are one byte."""
    start, size = position + 2, data[position + 1]
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[position + 2 : start])
    return start, start + size
