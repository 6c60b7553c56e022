"""One request to the API, before it is sent."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import orjson

from walletpass.gpay.answers import Document

_ROOT = "/walletobjects/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """https://developers.google.com/wallet/reference/rest"""

    method: str
    path: str
    """Below the API's address."""
    document: Document | None = field(default=None, repr=False)
    """Holds what a member is known by, and sometimes a link that saves a card."""

    @property
    def body(self) -> bytes | None:
        return None if self.document is None else orjson.dumps(self.document)


def path_to(*names: str, **query: str) -> str:
    """`/walletobjects/v1/loyaltyObject/3388….x?a=b`; what is empty in the query is left out."""
    asked = {name: value for name, value in query.items() if value}
    path = "/".join((_ROOT, *(quote(name, safe="") for name in names)))
    return f"{path}?{urlencode(asked)}" if asked else path
