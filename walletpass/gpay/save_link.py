"""Links that save a card to Google Wallet: a JWT signed with the service account's key.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/jwt
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime

import orjson

from walletpass.gpay.addresses import SAVE_PAGE
from walletpass.gpay.answers import Document
from walletpass.gpay.service_account import ServiceAccount

LONGEST = 1799
"""Characters of a whole link: every browser carries it."""

_NEVER = "rotatingBarcode"
"""Holds the secret that makes the codes."""
_SPARED = (
    "valueAddedModuleData",
    "imageModulesData",
    "messages",
    "merchantLocations",
    "appLinkData",
    "linksModuleData",
    "textModulesData",
    "groupingInfo",
    "heroImage",
    "secondaryLoyaltyPoints",
)
"""What a card can do without until it can be brought up to date, the least important first."""


class LinkTooLong(Exception):
    def __init__(self, length: int) -> None:
        super().__init__(f"the save link has {length} characters; {LONGEST} are safe")
        self.length = length


def build_save_link(
    account: ServiceAccount,
    object_id: str,
    class_id: str,
    now: datetime,
    origins: Iterable[str] = (),
    save_page: str = SAVE_PAGE,
) -> str:
    """For an object that Google already has: short, with nothing of the member in it. A secret until it is used.

    `origins`: of the pages that show Google's own button. Raises LinkTooLong.
    """
    stub = {"id": object_id, "classId": class_id}
    link = _link(save_page, account, stub, now, origins)
    if len(link) > LONGEST:
        raise LinkTooLong(len(link))
    return link


def build_full_save_link(
    account: ServiceAccount,
    document: Document,
    now: datetime,
    origins: Iterable[str] = (),
    save_page: str = SAVE_PAGE,
) -> str:
    """For an object that Google could not be told of: created when the link is used. Its class must be there.

    It has no rotating barcode, and loses what makes it too long; a patch brings both back. Raises LinkTooLong if
    what is left is too long.
    """
    kept = {name: value for name, value in document.items() if name != _NEVER}
    spared = (name for name in _SPARED if name in document)
    while len(link := _link(save_page, account, kept, now, origins)) > LONGEST:
        name = next(spared, None)
        if name is None:
            raise LinkTooLong(len(link))
        del kept[name]
    return link


def sign_jwt(account: ServiceAccount, payload: Document, now: datetime, origins: Iterable[str] = ()) -> str:
    """However long; `payload` is `{"loyaltyClasses": […], "loyaltyObjects": […]}`, or one of them."""
    header = {"alg": "RS256", "typ": "JWT", "kid": account.signer.key_id}
    claims = {
        "iss": account.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "origins": list(origins),
        "payload": payload,
    }
    signed = b".".join((_encode(orjson.dumps(header)), _encode(orjson.dumps(claims))))
    return b".".join((signed, _encode(account.signer.sign(signed)))).decode()


def _link(
    save_page: str, account: ServiceAccount, document: Document, now: datetime, origins: Iterable[str]
) -> str:
    return f"{save_page}/{sign_jwt(account, {'loyaltyObjects': [document]}, now, origins)}"


def _encode(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
