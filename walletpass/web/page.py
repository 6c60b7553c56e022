"""What every page shares: words in templates, security headers, who is signed in."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from walletpass import context
from walletpass.card.design import LANGUAGES
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.staffing.sign_in import Person, StaffRole, find_signed_in

GUESSABLE: list[str] = []
"""Endpoints whose POST takes something that could be guessed; they are limited tightly."""

LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands", "nb": "Norsk", "hu": "Magyar", "da": "Dansk"}

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

FOR_GOOD = "public, max-age=31536000, immutable"

P = ParamSpec("P")
R = TypeVar("R")


def set_up(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: context.reader().catalogue.ugettext(text),
        lambda one, many, n: context.reader().catalogue.ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.filters["say"] = lambda sentence: context.reader().say(sentence)
    app.jinja_env.filters["number"] = lambda number: context.reader().number(number)
    app.jinja_env.filters["day"] = lambda instant, zone: context.reader().date(instant, zone)
    app.jinja_env.filters["moment"] = lambda instant, zone: context.reader().moment(instant, zone)
    app.jinja_env.globals["address_in"] = _address_in
    app.url_defaults(_name_version)
    app.before_request(_find_person)
    app.after_request(_secure)
    app.context_processor(_every_page)


def guessable(view: Callable[P, R]) -> Callable[P, R]:
    """Marks a view (of a blueprint, under its function's name) for the tight limit."""
    GUESSABLE.append(f"{view.__module__.rpartition('.')[2]}.{view.__name__}")
    return view


def for_all(lasts: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """What a view answers is the same for everybody: nobody's session is looked at, and shared caches may keep it."""

    def mark(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def marked(*args: P.args, **kwargs: P.kwargs) -> Response:
            answer = view(*args, **kwargs)
            answer.headers["Cache-Control"] = lasts
            return answer

        marked.is_for_all = True  # type: ignore[attr-defined]
        return marked

    return mark


def requires(*roles: StaffRole) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Only for people with one of those roles; others are sent to sign in or refused."""

    def guard(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if g.person is None and not context.wants_json():
                next_page = request.path if request.method == "GET" else None
                return redirect(url_for("sign_in.show", next=next_page))
            if g.person is None or g.person.role not in roles:
                raise Refusal("not_allowed")
            return view(*args, **kwargs)

        guarded.requires = roles  # type: ignore[attr-defined]
        return guarded

    return guard


def keep_signed_in(person: Person) -> None:
    session.clear()
    session.permanent = True
    session["person"] = [person.id, person.session_number]
    _renew_session()


def merchant_id() -> int:
    """Of the signed-in owner or staff member."""
    person: Person | None = g.person
    if person is None or person.merchant_id is None:
        raise Refusal("not_allowed")
    return person.merchant_id


def _find_person() -> AnyResponse | None:
    g.person = None
    if request.endpoint == "static" or request.blueprint == "webservice" or _is_for_all(request.endpoint):
        return None
    known = session.get("person")
    if known and request.endpoint is not None:
        g.person = find_signed_in(context.services(), *known)
        if g.person is not None:
            g.language = g.person.language
            _renew_session()
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return None


def _is_for_all(endpoint: str | None) -> bool:
    return endpoint is not None and hasattr(current_app.view_functions.get(endpoint), "is_for_all")


def _renew_session() -> None:
    """Whoever comes every day stays signed in; once a day is enough for that."""
    today = context.services().clock.now().date().isoformat()
    if session.get("renewed") != today:
        session["renewed"] = today


def _address_in(language: str) -> str:
    """This page in another language; where there is none, the start page."""
    path = quote(request.path) if request.endpoint else "/"
    return f"{path}?{urlencode({**request.args.to_dict(), 'lang': language})}"


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of static files carry their contents' digest, so browsers may keep them for good."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _digest(Path(str(current_app.static_folder)) / values["filename"])


@cache
def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def _secure(answer: Response) -> Response:
    if request.blueprint == "webservice":
        return answer  # phones are no browsers, and there are many of them
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    if context.services().settings.public_url.startswith("https:"):
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" and "v" in request.args and answer.status_code < 400:
        answer.headers["Cache-Control"] = FOR_GOOD
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _every_page() -> dict[str, Any]:
    return {
        "language": context.language(),
        "language_names": LANGUAGE_NAMES,
        "person": g.get("person"),
        "development": context.services().settings.apple_wallet.value == "development",
    }
