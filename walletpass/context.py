"""What every door needs of the running app: its services, the reader's language, and refusals as answers."""

import logging
from typing import cast

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.refusals import Kind, Refusal
from walletpass.operations.services import Services
from walletpass.translations import SOURCE_LANGUAGE, Translator, choose_language, translator

log = logging.getLogger(__name__)

_EXTENSION = "walletpass"
_STATUS = {
    Kind.INVALID: 400,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.WRONG_TYPE: 415,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}
_CODES = {
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    415: "wrong_type",
    429: "too_many",
}
"""What the framework itself refuses -> our code."""


def put_services(app: Flask, services: Services) -> None:
    app.extensions[_EXTENSION] = services


def services() -> Services:
    return cast(Services, current_app.extensions[_EXTENSION])


def language() -> str:
    """The reader's: chosen on a page, else the signed-in person's (`g.language`), else the browser's."""
    chosen = session.get("language") or g.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return choose_language([tag for tag, _ in request.accept_languages], SOURCE_LANGUAGE)


def reader() -> Translator:
    return translator(language())


def wants_json() -> bool:
    kinds = request.accept_mimetypes
    return request.is_json or kinds.best_match(["text/html", "application/json"]) == "application/json"


def refuse(refusal: Refusal) -> Response:
    """The one place where a refusal becomes an answer."""
    told = reader().say(refusal.sentence)
    if wants_json():
        facts = {k: v for k, v in refusal.sentence.values.items() if isinstance(v, int | str)}
        body = jsonify(error={**facts, "code": refusal.code, "message": told})
    else:
        body = make_response(render_template("refusal.html", code=refusal.code, message=told))
    body.status_code = _STATUS[refusal.kind]
    if refusal.kind in (Kind.TOO_MANY, Kind.UNAVAILABLE):
        body.headers["Retry-After"] = "60" if refusal.kind is Kind.TOO_MANY else "2"
    return body


def answer_refusals(app: Flask) -> None:
    app.before_request(_refuse_bad_host)
    app.register_error_handler(Refusal, refuse)
    app.register_error_handler(CSRFError, lambda _: refuse(Refusal("bad_form")))
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _refuse_unforeseen)


def _refuse_bad_host() -> Response | None:
    """Before anything else is done: on a page that refuses, no link could be made for such a request."""
    return Response(status=400) if isinstance(request.routing_exception, BadHost) else None


def _refuse_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    answer = refuse(Refusal(_CODES.get(error.code or 0, "bad_request")))
    if error.code == 405:
        answer.status_code = 405
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return answer


def _refuse_unforeseen(error: Exception) -> Response:
    log.error("request.failed", extra={"endpoint": request.endpoint}, exc_info=error)
    answer = refuse(Refusal("failed"))
    answer.status_code = 500
    return answer
