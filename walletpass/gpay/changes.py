"""What of a class or object has changed since Google was told, so that no call says what is known there.

https://developers.google.com/wallet/retail/loyalty-cards/use-cases/updates
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from walletpass.gpay.contract.answers import as_request

_DIGEST_BYTES = 9
_NOT_COMPARED = {"id", "notifyPreference", "reviewStatus"}
"""Never change, are not kept, or change at Google's end."""
_ANNOUNCED = {"loyaltyPoints", "programName", "rewardsTier", "secondaryLoyaltyPoints", "secondaryRewardsTier"}
WRITTEN_BY_OTHERS = frozenset(
    {
        "appLinkData",
        "disableExpirationNotification",
        "discoverableProgram",
        "enableSmartTap",
        "imageModulesData",
        "linkedObjectIds",
        "linkedOfferIds",
        "messages",
        "redemptionIssuers",
        "saveRestrictions",
        "smartTapRedemptionValue",
        "valueAddedModuleData",
        "viewUnlockRequirement",
    }
)
"""Members that stand in no document of ours: messages that were sent, and what an owner set in Google's console."""

Document = Mapping[str, Any]


def digest(document: Document) -> str:
    """ASCII to keep per document, the same for the same content: every member's name and a digest of its value."""
    return " ".join(f"{name}:{value}" for name, value in sorted(_digests(document).items()))


@dataclass(frozen=True, slots=True)
class Change:
    body: dict[str, Any]
    """For PATCH: the members that differ, each complete, for Google replaces arrays as a whole."""
    cleared: frozenset[str]
    """Members that are to go. PATCH cannot be trusted with that: `replacement` and PUT can."""

    def __bool__(self) -> bool:
        return bool(self.body or self.cleared)

    @property
    def can_notify(self) -> bool:
        """Google notifies of no other members, whatever is asked for."""
        return not _ANNOUNCED.isdisjoint(self.body)


def find_change(document: Document, sent: str) -> Change:
    """Against the digest of what was sent last; with "", everything."""
    before = dict(part.split(":") for part in sent.split())
    now = _digests(document)
    changed = {name for name, value in now.items() if before.get(name) != value}
    body = {name: value for name, value in document.items() if name in changed}
    return Change(_completed(body, document), frozenset(before.keys() - now.keys()))


def replacement(schema: str, stored: Document, document: Document) -> dict[str, Any]:
    """The body of a PUT, which clears whatever it does not name.

    `stored` is what GET just answered; what others wrote into it stays. `schema` is "LoyaltyClass" or
    "LoyaltyObject".
    """
    kept = {name: value for name, value in stored.items() if name in WRITTEN_BY_OTHERS}
    return {**as_request(schema, kept), **document}


def with_notice(body: Document) -> dict[str, Any]:
    """Asks Google to notify the holder of this one change, three times in 24 hours at most."""
    return {**body, "notifyPreference": "NOTIFY_ON_UPDATE"}


def _completed(body: dict[str, Any], document: Document) -> dict[str, Any]:
    """With what must stand beside a changed member."""
    if body and "reviewStatus" in document:
        body["reviewStatus"] = document["reviewStatus"]
    return body


def _digests(document: Document) -> dict[str, str]:
    return {name: _digest(value) for name, value in document.items() if name not in _NOT_COMPARED}


def _digest(value: Any) -> str:
    canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return b64encode(blake2b(canonical, digest_size=_DIGEST_BYTES).digest()).decode()
