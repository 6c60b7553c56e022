"""Links for the website, telephone number and e-mail address in what a merchant wrote as contact.

Apple Wallet finds them in the text by itself: https://developer.apple.com/documentation/walletpasses/passfieldcontent.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FOUND = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<web>https?://[^\s<>\"]*[^\s<>\".,;:!?')\]])"
    r"|(?P<site>(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b(?:/[^\s<>\"]*[^\s<>\".,;:!?')\]])?)"
    r"|(?P<phone>(?<![\w/.-])(?!\d{4}-\d\d-\d\d\b)\+?\(?\d[\d ()/-]{5,18}\d(?![\w.]))",
    re.ASCII,
)
_SCHEME = {"mail": "mailto:", "web": "", "site": "https://", "phone": "tel:"}
_UNDIALLED = re.compile(r"[^\d+]")


class Link(NamedTuple):
    uri: str
    text: str
    """As the merchant wrote it."""


def find_links(contact: str) -> list[Link]:
    """In their order, each address once."""
    found: dict[str, Link] = {}
    for link in _find(contact):
        found.setdefault(link.uri, link)
    return list(found.values())


def _find(contact: str) -> Iterator[Link]:
    for match in _FOUND.finditer(contact):
        kind = str(match.lastgroup)
        address = _UNDIALLED.sub("", match[0]) if kind == "phone" else match[0]
        if address.isascii():
            yield Link(_SCHEME[kind] + address, match[0])
