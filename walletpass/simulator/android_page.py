"""The simulated Android phone in the browser, beside the iPhone."""

from collections.abc import Callable
from functools import lru_cache

import requests
from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from walletpass.artwork.qr import draw_qr
from walletpass.context import services
from walletpass.loyalty.refusals import Refusal
from walletpass.operations.google.offer import offer_google
from walletpass.simulator.browser_phones import get_android, get_lent, keep, lend, show_again, show_lent
from walletpass.simulator.google.android import AndroidPhone, HeldPass, LinkRefused
from walletpass.simulator.google.routes import SAVE_PAGE
from walletpass.simulator.google.view import PICTURES, picture_address, write_code
from walletpass.simulator.page import draw_page, read_page_key

android_pages = Blueprint("android", __name__, url_prefix="/simulator")

_SECONDS_FOR_A_PICTURE = 5
_PICTURES_KEPT = 64
_DEEDS: dict[str, Callable[[AndroidPhone], None]] = {
    "clear": AndroidPhone.clear_notices,
    "reinstall": AndroidPhone.reinstall,
}


@android_pages.get(f"{SAVE_PAGE}/<token>")
def offer(token: str) -> str:
    """Where save links lead to in development: the phone asks whether the card is to be added."""
    return draw_page(show_lent(), offered=request.base_url)


@android_pages.post("/android/cards")
def add() -> AnyResponse:
    """By a save link, or by the key of a card's page."""
    link = request.form.get("link") or offer_google(services(), read_page_key())
    lent = lend()
    if lent.android is None:
        raise Refusal("not_found")
    lent.refused = ""
    try:
        lent.android.open_link(link)
    except LinkRefused as refused:
        lent.refused = str(refused)
    return show_again(lent, "android")


@android_pages.post("/android/phone/<deed>")
def act(deed: str) -> AnyResponse:
    if deed not in _DEEDS:
        raise Refusal("not_found")
    _DEEDS[deed](get_android())
    return show_again(get_lent())


@android_pages.post("/android/cards/<object_id>/remove")
def remove(object_id: str) -> AnyResponse:
    lent, held = get_lent(), _get_pass(object_id)
    try:
        get_android().remove(held.id)
    except LinkRefused as refused:
        lent.refused = str(refused)
    return show_again(lent)


@android_pages.get("/android/cards/<object_id>/<name>.png")
def picture(object_id: str, name: str) -> Response:
    """As Google would hand it out, which copies all pictures."""
    address = picture_address(_get_pass(object_id), name) if name in PICTURES else ""
    content = _fetch(address) if address else None
    if content is None:
        raise Refusal("not_found")
    return keep(Response(content, mimetype="image/png"))


@android_pages.get("/android/cards/<object_id>/code.svg")
def code(object_id: str) -> Response:
    shown = write_code(_get_pass(object_id), services().clock.now())
    if not shown or shown["type"] != "QR_CODE":
        raise Refusal("not_found")
    return keep(Response(draw_qr(shown["value"]), mimetype="image/svg+xml"))


def _get_pass(object_id: str) -> HeldPass:
    held = get_android().find(object_id)
    if held is None:
        raise Refusal("not_found")
    return held


@lru_cache(_PICTURES_KEPT)
def _fetch_kept(address: str) -> bytes:
    answer = requests.get(address, timeout=_SECONDS_FOR_A_PICTURE, allow_redirects=False)
    answer.raise_for_status()
    return answer.content


def _fetch(address: str) -> bytes | None:
    """What could not be had is asked for again."""
    try:
        return _fetch_kept(address)
    except requests.RequestException:
        return None
