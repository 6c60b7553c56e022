"""Pages. Each parses a request, calls one operation, and answers; nothing is decided here."""

from typing import cast

from flask import Flask
from flask.typing import RouteCallable
from flask_limiter import Limiter

from walletpass.web import page
from walletpass.web.customer.card import card_pages
from walletpass.web.customer.join import join_pages
from walletpass.web.google import google_pages
from walletpass.web.health import health_pages
from walletpass.web.landing import landing_pages
from walletpass.web.merchant import merchant_pages
from walletpass.web.operator import operator_pages
from walletpass.web.sign_in import sign_in_pages
from walletpass.web.staff import limit_guesses, staff_pages
from walletpass.web.theme import theme_pages

_BLUEPRINTS = (
    landing_pages,
    sign_in_pages,
    staff_pages,
    merchant_pages,
    operator_pages,
    join_pages,
    card_pages,
    theme_pages,
    health_pages,
    google_pages,
)

_TIGHT = "10 per minute"
"""For what can be guessed: passwords, codes by e-mail, scan codes."""


def register_pages(app: Flask, limiter: Limiter) -> None:
    page.set_up(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    for endpoint in page.GUESSABLE:
        limited = limiter.limit(_TIGHT, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(RouteCallable, limited)
    limit_guesses(app, limiter)
