"""Which phones belong to the browser that asks."""

from datetime import UTC
from typing import cast

from flask import Flask, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from walletpass.context import language
from walletpass.loyalty.refusals import Refusal
from walletpass.simulator.google.android import AndroidPhone
from walletpass.simulator.lending import Lending, LentPhone

_EXTENSION = "walletpass-simulator"
_COOKIE = "simulated-phone"
_YEAR = 31_536_000


def put_lending(app: Flask, lending: Lending) -> None:
    app.extensions[_EXTENSION] = lending


def get_lending(app: Flask) -> Lending:
    return cast(Lending, app.extensions[_EXTENSION])


def find_lent() -> LentPhone | None:
    return get_lending(current_app).find(request.cookies.get(_COOKIE, ""))


def show_lent() -> LentPhone:
    """A browser without phones sees empty ones."""
    return find_lent() or get_lending(current_app).nobodys(language())


def get_lent() -> LentPhone:
    """Raises Refusal."""
    lent = find_lent()
    if lent is None:
        raise Refusal("not_found")
    return lent


def get_android() -> AndroidPhone:
    """Raises Refusal."""
    android = get_lent().android
    if android is None:
        raise Refusal("not_found")
    return android


def lend() -> LentPhone:
    """The browser's own, from its first card on."""
    return find_lent() or get_lending(current_app).lend(language(), UTC)


def show_again(lent: LentPhone, anchor: str | None = None) -> AnyResponse:
    """Back to the page, after something was done with a phone."""
    get_lending(current_app).touched(lent)
    answer = redirect(url_for("simulator.show", _anchor=anchor), 303)
    answer.set_cookie(
        _COOKIE,
        lent.name,
        max_age=_YEAR,
        path=url_for("simulator.show"),
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def keep(answer: Response) -> Response:
    """Its address on the page names the card's version, so it never changes."""
    answer.cache_control.private = True
    answer.cache_control.max_age = _YEAR
    return answer
