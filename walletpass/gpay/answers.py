"""What Google Wallet answers, and what went wrong if something did.

Its two kinds of errors: the service's own, and those of the front end that all of Google's APIs share
(https://cloud.google.com/apis/design/errors). In between stands HTML, from whoever is in the way.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import orjson

from walletpass.gpay.errors import Cause, Failure
from walletpass.gpay.spellings import normalise

Document = dict[str, Any]
"""A JSON object."""

_LONGEST_WORD, _LONGEST_DETAIL = 64, 300
_LONGEST_PAUSE = 24 * 60 * 60.0
_TOKENS = re.compile(r"(?:eyJ|ya29\.)[\w.-]{8,}")
"""A JWT, or an access token: a link that saves a card, or the key to all of them."""

_BY_REASON = {
    (403, "quotaExceeded"): Cause.QUOTA_SPENT,
    (403, "rateLimitExceeded"): Cause.RATE_LIMITED,
    (403, "userRateLimitExceeded"): Cause.RATE_LIMITED,
    (403, "dailyLimitExceeded"): Cause.RATE_LIMITED,
    (403, "accessNotConfigured"): Cause.API_DISABLED,
    (403, "SERVICE_DISABLED"): Cause.API_DISABLED,
    (403, "RATE_LIMIT_EXCEEDED"): Cause.RATE_LIMITED,
}
_USAGE_LIMITS = "usageLimits"
"""The domain of quotas that every Google API has; a quota of Google Wallet's own is that of notifications."""
_BY_WORDS = {
    400: (
        (re.compile(r"merchant ?location", re.IGNORECASE), Cause.PLACES_NOT_ALLOWED),
        (re.compile(r"\bimages?\b", re.IGNORECASE), Cause.IMAGE_REFUSED),
    )
}
_BY_STATUS = {
    401: Cause.UNAUTHORIZED,
    403: Cause.NOT_PERMITTED,
    404: Cause.MISSING,
    408: Cause.TIMED_OUT,
    409: Cause.EXISTS,
    429: Cause.RATE_LIMITED,
}
_BY_CLASS = {4: Cause.INVALID, 5: Cause.UNAVAILABLE}


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    """Whatever the case of their names."""
    content: bytes


class _Told(NamedTuple):
    """What an error says, from whichever of its shapes; what cannot be read is left out."""

    reason: str = ""
    domain: str = ""
    detail: str = ""


def read_answer(answer: Answer) -> Document | Failure:
    """The answer's document, its enums in the spelling of today."""
    if answer.status // 100 != 2:
        return _judge(answer)
    document = _parse(answer.content)
    if document is None:
        return Failure(Cause.UNREADABLE, answer.status, is_unclear=True)
    return document


def documents_in(value: object) -> list[Document]:
    """The objects of what should be an array of them."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _judge(answer: Answer) -> Failure:
    status = answer.status
    told = _read_error(_parse(answer.content) or {})
    cause = _find_cause(status, told)
    is_unclear = cause in (Cause.UNAVAILABLE, Cause.TIMED_OUT)
    return Failure(cause, status, told.reason, told.detail, is_unclear, _read_pause(answer.headers))


def _find_cause(status: int, told: _Told) -> Cause:
    cause = _BY_REASON.get((status, told.reason))
    if cause is Cause.QUOTA_SPENT and told.domain == _USAGE_LIMITS:
        return Cause.RATE_LIMITED
    by_words = (cause for words, cause in _BY_WORDS.get(status, ()) if words.search(told.detail))
    return (
        cause
        or next(by_words, None)
        or _BY_STATUS.get(status)
        or _BY_CLASS.get(status // 100, Cause.UNREADABLE)
    )


def _parse(content: bytes) -> Document | None:
    try:
        document = normalise(orjson.loads(content))
    except (orjson.JSONDecodeError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _read_error(document: Document) -> _Told:
    error = document.get("error")
    if not isinstance(error, dict):
        return _Told()
    errors, details = documents_in(error.get("errors")), documents_in(error.get("details"))
    violations = [
        violation for detail in details for violation in documents_in(detail.get("fieldViolations"))
    ]
    reason = _first(details, "reason") or _first(errors, "reason") or _text(error.get("status"))
    detail = " ".join([_text(error.get("message")), *(_text(each.get("description")) for each in violations)])
    return _Told(reason[:_LONGEST_WORD], _first(errors, "domain"), shorten(detail))


def shorten(detail: str) -> str:
    """One line, without anything that opens something."""
    return _TOKENS.sub("…", " ".join(detail.split()))[:_LONGEST_DETAIL]


def _first(found: list[Document], member: str) -> str:
    return next(filter(None, (_text(each.get(member)) for each in found)), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read_pause(headers: Mapping[str, str]) -> float:
    """`Retry-After` in seconds; a date counts from the answer's own, so that no clock of ours is asked."""
    told = headers.get("Retry-After", "")
    if told.isdecimal():
        return min(float(told), _LONGEST_PAUSE)
    try:
        pause = parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(0.0, pause.total_seconds()), _LONGEST_PAUSE)
