"""What APNs answers to a request for a pass, and why.

https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import orjson

LARGEST_PAYLOAD = 4096
"""Bytes."""

UNREGISTERED = "Unregistered"

STATUS = {
    reason: status
    for status, reasons in {
        400: (
            "BadCollapseId",
            "BadDeviceToken",
            "BadExpirationDate",
            "BadMessageId",
            "BadPriority",
            "BadTopic",
            "DeviceTokenNotForTopic",
            "DuplicateHeaders",
            "IdleTimeout",
            "InvalidPushType",
            "MissingDeviceToken",
            "MissingTopic",
            "PayloadEmpty",
            "TopicDisallowed",
        ),
        403: (
            "BadCertificate",
            "BadCertificateEnvironment",
            "ExpiredProviderToken",
            "Forbidden",
            "InvalidProviderToken",
            "MissingProviderToken",
            "UnrelatedKeyIdInToken",
        ),
        404: ("BadPath",),
        405: ("MethodNotAllowed",),
        410: ("ExpiredToken", UNREGISTERED),
        413: ("PayloadTooLarge",),
        429: ("TooManyProviderTokenUpdates", "TooManyRequests"),
        500: ("InternalServerError",),
        503: ("ServiceUnavailable", "Shutdown"),
    }.items()
    for reason in reasons
}
"""Every reason that APNs gives, with its status."""

_DEVICE_PATH = "/3/device/"
_TOKEN = re.compile(r"(?:[0-9a-fA-F]{2}){32,100}")
_TOPIC = re.compile(r"[A-Za-z0-9._-]+")
_HEADERS = {
    "BadMessageId": ("apns-id", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    "BadExpirationDate": ("apns-expiration", re.compile(r"[0-9]+")),
    "BadPriority": ("apns-priority", re.compile(r"1|5|10")),
    "InvalidPushType": (
        "apns-push-type",
        re.compile(
            "alert|background|complication|controls|fileprovider|liveactivity|location|mdm|pushtotalk|voip"
        ),
    ),
    "BadCollapseId": ("apns-collapse-id", re.compile(r".{0,64}")),
}
"""Headers that may be left out, and what they may say."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A whole request, and the pass type that its connection's certificate is for."""

    headers: dict[str, str]
    repeats_headers: bool
    size: int
    """Of the body, in bytes."""
    pass_type_identifier: str

    @property
    def path(self) -> str:
        return self.headers[":path"]

    @property
    def push_token(self) -> str:
        return self.path.removeprefix(_DEVICE_PATH)

    @property
    def id(self) -> str:
        """The sender's own `apns-id`, or one made up for it."""
        return self.headers.get("apns-id") or str(uuid4()).upper()

    @property
    def topic(self) -> str:
        return self.headers.get("apns-topic", "")


@dataclass(frozen=True, slots=True)
class Answer:
    reason: str = ""
    """Empty: the push was accepted."""
    ended_at: datetime | None = None
    """Since when nobody holds the token; with status 410 only."""

    @property
    def status(self) -> int:
        return STATUS[self.reason] if self.reason else 200

    @property
    def body(self) -> bytes:
        """JSON, or nothing for a push that was accepted."""
        if not self.reason:
            return b""
        told: dict[str, object] = {"reason": self.reason}
        if self.ended_at:
            told["timestamp"] = (self.ended_at - _EPOCH) // _MILLISECOND
        return orjson.dumps(told)


_CHECKS: tuple[tuple[str, Callable[[PushRequest], bool]], ...] = (
    ("BadPath", lambda request: not request.path.startswith(_DEVICE_PATH)),
    ("MethodNotAllowed", lambda request: request.headers[":method"] != "POST"),
    ("DuplicateHeaders", lambda request: request.repeats_headers),
    ("MissingDeviceToken", lambda request: not request.push_token),
    ("BadDeviceToken", lambda request: not _TOKEN.fullmatch(request.push_token)),
    ("MissingTopic", lambda request: not request.topic),
    ("BadTopic", lambda request: not _TOPIC.fullmatch(request.topic)),
    ("TopicDisallowed", lambda request: request.topic != request.pass_type_identifier),
    ("PayloadEmpty", lambda request: not request.size),
    ("PayloadTooLarge", lambda request: request.size > LARGEST_PAYLOAD),
)


def find_reason(request: PushRequest) -> str:
    """Why the request itself is refused; empty if it is not."""
    return next((reason for reason, fails in _CHECKS if fails(request)), "") or _find_bad_header(
        request.headers
    )


def _find_bad_header(headers: dict[str, str]) -> str:
    for reason, (name, may_say) in _HEADERS.items():
        if name in headers and not may_say.fullmatch(headers[name]):
            return reason
    return ""
