"""Against guessing codes: each person may try so many, however they send them."""

from typing import cast

from flask import Flask, Response, g
from flask.typing import RouteCallable
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

_SCANS = "60 per minute"
_WRONG_CODES = "10 per minute"


def limit_guesses(app: Flask, limiter: Limiter) -> None:
    scans = limiter.limit(_SCANS, key_func=_who, methods=["POST"])
    wrong = limiter.shared_limit(
        _WRONG_CODES, "wrong codes", key_func=_who, methods=["POST"], deduct_when=_was_unknown
    )
    limits = {
        "staff.card": [scans, wrong],
        "staff.stamp": [wrong],
        "staff.quote": [wrong],
        "staff.redeem": [wrong],
        "staff.undo": [wrong],
    }
    for endpoint, limiting in limits.items():
        for limit in limiting:
            app.view_functions[endpoint] = cast(RouteCallable, limit(app.view_functions[endpoint]))


def _who() -> str:
    return f"person {g.person.id}" if g.person is not None else get_remote_address()


def _was_unknown(answer: Response) -> bool:
    return answer.status_code == 404
