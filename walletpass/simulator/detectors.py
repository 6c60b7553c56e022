"""Links and telephone numbers that the phone finds in the fields on a card's back.

Addresses and dates are left as text. https://developer.apple.com/documentation/walletpasses/passfieldcontent
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

LINK, PHONE_NUMBER = (f"PKDataDetectorType{kind}" for kind in ("Link", "PhoneNumber"))
_FOUND = re.compile(
    r"(?P<web>https?://[^\s<>\"]*[^\s<>\".,;:!?')\]])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<phone>(?<![\w/.-])(?!\d{4}-\d\d-\d\d\b)\+?\(?\d[\d ()/-]{5,18}\d(?!\w))",
)
_DETECTOR = {"web": LINK, "mail": LINK, "phone": PHONE_NUMBER}
_SCHEME = {"web": "", "mail": "mailto:", "phone": "tel:"}
_UNDIALLED = re.compile(r"[^\d+]")


class Part(NamedTuple):
    text: str
    address: str
    """Where it leads; empty for plain text."""


def find_links(text: str, detectors: Collection[str]) -> Iterator[Part]:
    """The whole text in parts."""
    end = 0
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        if _DETECTOR[kind] in detectors:
            if match.start() > end:
                yield Part(text[end : match.start()], "")
            dialled = _UNDIALLED.sub("", match[0]) if kind == "phone" else match[0]
            yield Part(match[0], _SCHEME[kind] + dialled)
            end = match.end()
    if end < len(text):
        yield Part(text[end:], "")


def wanted_detectors(content: Mapping[str, object]) -> list[str]:
    """Of a field: all, unless it names some or none."""
    named = content.get("dataDetectorTypes")
    if not isinstance(named, list):
        return [LINK, PHONE_NUMBER]
    return [each for each in (LINK, PHONE_NUMBER) if each in named]
