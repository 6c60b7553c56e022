"""What is asked of the simulated Google and what it answers, apart from any socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

Document = dict[str, Any]
"""A JSON object."""

_DOMAIN = "walletobjects"
_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_FAILURE_PAGE = b"<!DOCTYPE html><title>Error %d</title><p>That's an error. That's all we know.</p>"


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By lower-case name."""
    body: bytes = field(default=b"", repr=False)

    @property
    def document(self) -> Document:
        """Raises GoogleFault for anything but a JSON object."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise malformed(f"Invalid JSON payload received. {error}") from None
        if not isinstance(found, dict):
            raise malformed("Invalid JSON payload received. Root element must be a message.")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    media_type: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class GoogleFault(Exception):
    """A call that is answered with an error."""

    def __init__(self, answer: Answer, message: str) -> None:
        super().__init__(message)
        self.answer = answer


class ConnectionLost(Exception):
    """The call gets no answer at all."""


def answer_with(document: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, orjson.dumps(document), headers=headers)


def refusal(status: int, reason: str, message: str, **headers: str) -> GoogleFault:
    """As the Wallet service words it; as a page where it has failed itself."""
    if status == 500:
        return GoogleFault(Answer(status, _FAILURE_PAGE % status, "text/html; charset=UTF-8"), message)
    told = {"message": message, "domain": _DOMAIN, "reason": reason}
    error = {"code": status, "message": message, "errors": [told]}
    return GoogleFault(answer_with({"error": error}, status, **headers), message)


def malformed(*violations: str, status: int = 400) -> GoogleFault:
    """As the API's front end words it, before Wallet itself is asked."""
    error = {
        "code": status,
        "message": violations[0],
        "errors": [{"message": violations[0], "reason": "invalid"}],
        "status": _STATUS_NAMES[status],
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{"description": each} for each in violations],
            }
        ],
    }
    return GoogleFault(answer_with({"error": error}, status), violations[0])
