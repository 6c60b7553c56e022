"""The card on the web: what a wallet shows and more, for everybody."""

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from walletpass.context import language, services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.cards.open_page import (
    draw_barcode,
    draw_link,
    draw_picture,
    get_version,
    open_page,
)
from walletpass.operations.google.offer import offer_google
from walletpass.operations.passes.badge import find_badge
from walletpass.operations.passes.build import download_pass
from walletpass.web.customer.device import get_device
from walletpass.web.theme import theme_address

card_pages = Blueprint("card", __name__)

_PICTURES = ("strip", "logo")
_WALLETS = ("apple", "google")
_CODES = {"barcode": draw_barcode, "link": draw_link}
_BADGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_DAY, _YEAR = 86_400, 31_536_000


@card_pages.get("/card/<page_key>")
def show(page_key: str) -> Response:
    page = open_page(services(), page_key, language(), get_device)
    return make_response(
        render_template(
            "customer/card.html",
            page_key=page_key,
            page=page,
            card=page.card,
            design=page.design,
            words=page.design.words_in(language()),
            theme=theme_address(page.design.palette),
            device=_device(),
            badges={wallet: find_badge(services(), wallet, language()) for wallet in _WALLETS},
        )
    )


@card_pages.get("/card/<page_key>/version.json")
def version(page_key: str) -> Response:
    """Asked every few seconds by an open page."""
    return jsonify(version=get_version(services(), page_key))


@card_pages.get("/card/<page_key>/pass.pkpass")
def download(page_key: str) -> Response:
    file = download_pass(services(), page_key)
    answer = Response(file.content, mimetype=file.media_type)
    answer.last_modified = file.changed_at
    answer.headers["Content-Disposition"] = 'attachment; filename="card.pkpass"'
    return answer


@card_pages.get("/card/<page_key>/google")
def save_to_google(page_key: str) -> BaseResponse:
    """The link is made when it is wanted: it saves the card to whoever opens it first."""
    return redirect(offer_google(services(), page_key))


@card_pages.get("/card/<page_key>/<name>.png")
def picture(page_key: str, name: str) -> Response:
    """The address on the page names version and design, so the picture never changes."""
    if name not in _PICTURES:
        raise Refusal("not_found")
    return _kept(Response(draw_picture(services(), page_key, name), mimetype="image/png"), _YEAR)


@card_pages.get("/card/<page_key>/<name>.svg")
def code(page_key: str, name: str) -> Response:
    if name not in _CODES:
        raise Refusal("not_found")
    return _kept(Response(_CODES[name](services(), page_key), mimetype="image/svg+xml"), _DAY)


@card_pages.get("/badges/add-to-<wallet>-wallet.svg")
def badge(wallet: str) -> Response:
    """The operator's file, shut off from everything, since it was not looked into."""
    file = find_badge(services(), wallet, language()) if wallet in _WALLETS else None
    if file is None:
        raise Refusal("not_found")
    answer = Response(file.read_bytes(), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = _BADGE_POLICY
    return answer


@card_pages.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers.setdefault("Cache-Control", "private, no-cache")
    return answer


def _kept(answer: Response, seconds: int) -> Response:
    answer.cache_control.private = True
    answer.cache_control.max_age = seconds
    return answer


def _device() -> str:
    """A hint only: decides what is shown first, never what can be had."""
    agent = request.user_agent.string
    for sign, device in (("iPhone", "iphone"), ("Android", "android")):
        if sign in agent:
            return device
    return "phone" if "Mobile" in agent else "computer"
