"""Old-style strings files: `"key" = "value";`, with comments."""

import re

_PIECE = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/|//[^\n\r]*)
      | (?P<key>"(?:[^"\\]|\\.)*"|[A-Za-z0-9_.$:/-]+)\s*
        (?:=\s*(?P<value>"(?:[^"\\]|\\.)*"|[A-Za-z0-9_.$:/-]+)\s*)?;""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(U[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def decode_strings(data: bytes) -> str:
    """The text, UTF-16 where a byte order mark says so, else UTF-8. Raises UnicodeDecodeError."""
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    return data.decode(encoding)


def parse_strings(text: str) -> list[tuple[str, str]]:
    """Keys and values in order. Raises ValueError that names the line."""
    entries = []
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise ValueError(f"line {text.count(chr(10), 0, position) + 1}")
        if piece["key"]:
            key = _unquote(piece["key"])
            entries.append((key, _unquote(piece["value"]) if piece["value"] else key))
        position = piece.end()
    return entries


def _unquote(token: str) -> str:
    return _ESCAPE.sub(_unescape, token[1:-1]) if token.startswith('"') else token


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _PLAIN_ESCAPES.get(escape, escape)
