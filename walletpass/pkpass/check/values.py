"""Single values of pass.json: dates, colours, URLs."""

import re
from datetime import datetime
from urllib.parse import urlsplit

_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_RGB = re.compile(r"\s*rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)\s*", re.ASCII)
_HEX = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")


def read_date(text: object) -> datetime | None:
    """The instant, or None for what Wallet does not parse; fractions of a second are cut off."""
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[1] + match[4])
    except ValueError:
        return None


def has_fraction(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return match is not None and match[3] is not None


def is_rgb(text: str) -> bool:
    match = _RGB.fullmatch(text)
    return match is not None and all(int(part) <= 255 for part in match.groups())


def is_hex_colour(text: str) -> bool:
    return _HEX.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Whether it has a scheme and something after it, and nothing that a URL may not hold."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in text and text.isprintable()
