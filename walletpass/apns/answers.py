"""What APNs says, and what it means for a push.

https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from walletpass.apns.push import Verdict

ACCEPTED = 200

_LONGEST_REASON = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ruling:
    verdict: Verdict
    unproven: Verdict | None = None
    """Instead, from a connection on which nothing was accepted yet: with a wrong host or certificate every token
    is a bad one, and the token is not to blame."""
    ends_connection: bool = False
    """The next push needs a new connection, and with HALT perhaps new credentials."""


_GONE = Ruling(Verdict.GONE)
_LATER = Ruling(Verdict.LATER)
_RECONNECT = Ruling(Verdict.LATER, ends_connection=True)
_HALT = Ruling(Verdict.HALT, ends_connection=True)
_REFUSED = Ruling(Verdict.REFUSED)

RULINGS: Mapping[tuple[int, str], Ruling] = MappingProxyType(
    {
        (400, "BadDeviceToken"): Ruling(Verdict.GONE, unproven=Verdict.LATER),
        # Not HALT: any phone could register a token of another app, and stop all others with it.
        (400, "DeviceTokenNotForTopic"): Ruling(Verdict.REFUSED, unproven=Verdict.LATER),
        (400, "TopicDisallowed"): _HALT,
        (400, "BadTopic"): _HALT,
        (400, "MissingTopic"): _HALT,
        (400, "BadCollapseId"): _REFUSED,
        (400, "BadExpirationDate"): _REFUSED,
        (400, "BadMessageId"): _REFUSED,
        (400, "BadPriority"): _REFUSED,
        (400, "DuplicateHeaders"): _REFUSED,
        (400, "InvalidPushType"): _REFUSED,
        (400, "MissingDeviceToken"): _REFUSED,
        (400, "PayloadEmpty"): _REFUSED,
        (400, "IdleTimeout"): _RECONNECT,
        (403, "BadCertificate"): _HALT,
        (403, "BadCertificateEnvironment"): _HALT,
        (403, "Forbidden"): _HALT,
        (403, "ExpiredProviderToken"): _HALT,
        (403, "InvalidProviderToken"): _HALT,
        (403, "MissingProviderToken"): _HALT,
        (403, "UnrelatedKeyIdInToken"): _HALT,
        (404, "BadPath"): _REFUSED,
        (405, "MethodNotAllowed"): _REFUSED,
        (410, "Unregistered"): _GONE,
        (410, "ExpiredToken"): _GONE,
        (413, "PayloadTooLarge"): _REFUSED,
        (429, "TooManyRequests"): _LATER,
        (429, "TooManyProviderTokenUpdates"): _LATER,
        (500, "InternalServerError"): _LATER,
        (503, "ServiceUnavailable"): _LATER,
        (503, "Shutdown"): _RECONNECT,
    }
)
"""Every answer but "accepted" that Apple documents, by status and reason."""

_BY_STATUS = {403: _HALT, 408: _LATER, 410: _GONE, 429: _LATER}
_BY_CLASS = {4: _REFUSED}


@dataclass(frozen=True, slots=True)
class Told:
    """The body of an answer."""

    reason: str = ""
    ended_at: datetime | None = None
    """Since when the token is dead, with status 410 only."""


def rule(status: int, reason: str) -> Ruling:
    """What to do about an answer that is not 200. A reason that Apple does not document is judged by its status."""
    known = RULINGS.get((status, reason)) or _BY_STATUS.get(status)
    return known or _BY_CLASS.get(status // 100, _LATER)


def read_body(body: bytes) -> Told:
    """`{"reason": str, "timestamp": milliseconds since 1970}`; what cannot be read is left out."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Told()
    if not isinstance(told, dict):
        return Told()
    reason = told.get("reason")
    known_reason = reason[:_LONGEST_REASON] if isinstance(reason, str) else ""
    return Told(known_reason, _read_milliseconds(told.get("timestamp")))


def _read_milliseconds(value: object) -> datetime | None:
    if not isinstance(value, int):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return None
