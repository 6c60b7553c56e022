"""Which address stands for which call. There is no DELETE on anything."""

import re
from dataclasses import dataclass

BASE = "/walletobjects/v1"
BATCH_PATH = "/batch"
TOKEN_PATH = "/token"  # noqa: S105 - an address
KEYS_PATH = "/gp/m/issuer/keys"
SAVE_PAGE = "/gp/v/save"
PHONES_PATH = "/phones"
"""Ours: how a phone talks to Google is not public."""

_ID = r"(?P<id>[^/]+)"
_KINDS = ("loyaltyClass", "loyaltyObject")
_KIND = rf"(?P<kind>{'|'.join(_KINDS)})"
_ACCOUNT = r"(?P<account>[\w-]+)"
_ROUTES = tuple(
    (method, re.compile(pattern, re.ASCII), name)
    for method, pattern, name in (
        ("POST", TOKEN_PATH, "token"),
        ("POST", BATCH_PATH, "batch"),
        ("GET", KEYS_PATH, "keys"),
        ("POST", f"{BASE}/jwt", "jwt.insert"),
        ("POST", f"{BASE}/jwt/validate", "jwt.validate"),
        ("GET", f"{BASE}/issuer/{_ID}", "issuer.get"),
        ("POST", f"{BASE}/{_KIND}", "insert"),
        ("GET", f"{BASE}/{_KIND}", "list"),
        ("GET", f"{BASE}/{_KIND}/{_ID}", "get"),
        ("PUT", f"{BASE}/{_KIND}/{_ID}", "update"),
        ("PATCH", f"{BASE}/{_KIND}/{_ID}", "patch"),
        ("POST", f"{BASE}/{_KIND}/{_ID}/addMessage", "addMessage"),
        ("POST", f"{PHONES_PATH}/{_ACCOUNT}/save", "phone.save"),
        ("GET", f"{PHONES_PATH}/{_ACCOUNT}", "phone.look"),
        ("DELETE", f"{PHONES_PATH}/{_ACCOUNT}/{_ID}", "phone.remove"),
    )
)

NAMES = tuple(
    sorted(
        name
        for _, pattern, verb in _ROUTES
        for name in ([f"{kind}.{verb}" for kind in _KINDS] if "kind" in pattern.groupindex else [verb])
    )
)
"""Of all calls, as `Route.name` has them."""


@dataclass(frozen=True, slots=True)
class Route:
    verb: str
    """Like `patch`."""
    kind: str = ""
    """`loyaltyClass` or `loyaltyObject`."""
    id: str = ""
    account: str = ""

    @property
    def name(self) -> str:
        """Like `loyaltyObject.patch`."""
        return f"{self.kind}.{self.verb}" if self.kind else self.verb


def find_route(method: str, path: str) -> Route | None:
    for each, pattern, verb in _ROUTES:
        if each == method and (found := pattern.fullmatch(path)):
            return Route(verb, **found.groupdict())
    return None
