"""A hint by which one person with two cards is found out: what a browser keeps since its first visit."""

import re
import secrets

from flask import Response, after_this_request, current_app, request

_COOKIE = "device"
_BYTES = 18
_KEPT = re.compile(r"[A-Za-z0-9_\-]{24}")
_YEAR = 31_536_000


def get_device() -> str:
    """Where nothing is kept yet, the answer to this request brings it."""
    kept = request.cookies.get(_COOKIE, "")
    if _KEPT.fullmatch(kept):
        return kept
    fresh = secrets.token_urlsafe(_BYTES)

    @after_this_request
    def keep(answer: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer.set_cookie(_COOKIE, fresh, max_age=_YEAR, httponly=True, secure=secure, samesite="Lax")
        return answer

    return fresh
