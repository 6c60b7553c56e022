"""Simulated phones in the browser. `walletpass.app` mounts them in development mode only."""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import Blueprint, Response, current_app, jsonify, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from walletpass.artwork.qr import draw_qr
from walletpass.card.design import LANGUAGES
from walletpass.context import services
from walletpass.loyalty.refusals import Refusal
from walletpass.simulator.browser_phones import (
    get_lending,
    get_lent,
    keep,
    lend,
    show_again,
    show_lent,
)
from walletpass.simulator.detectors import find_links
from walletpass.simulator.diary import WORDS, describe_diary
from walletpass.simulator.google.nearby import list_shops
from walletpass.simulator.google.view import android_view
from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.lending import LentPhone
from walletpass.simulator.phone import Phone
from walletpass.simulator.places import Place, list_places
from walletpass.simulator.view import image, phone_view
from walletpass.translations import translator

simulator_pages = Blueprint("simulator", __name__, url_prefix="/simulator")

_PAGE_KEY = re.compile(r"[\w-]{1,100}", re.ASCII)
_PICTURES = ("icon", "logo", "strip")
_DEEDS: dict[str, Callable[[Phone], None]] = {
    "sleep": Phone.sleep,
    "wake": Phone.wake,
    "reboot": Phone.reboot,
    "clear": lambda phone: phone.wallet.notices.clear(),
}
_CARD_DEEDS: dict[str, Callable[[Phone, InstalledPass], None]] = {
    "remove": lambda phone, card: phone.remove(card.key),
    "refresh": lambda phone, card: phone.refresh(card.key),
    "updates-on": lambda phone, card: phone.switch_updates(card.key, on=True),
    "updates-off": lambda phone, card: phone.switch_updates(card.key, on=False),
}


@simulator_pages.get("/")
def show() -> str:
    """A browser without a phone sees an empty one; it gets its own with its first card."""
    lent = show_lent()
    return draw_page(lent)


def draw_page(lent: LentPhone, offered: str = "") -> str:
    """`offered`: a save link that somebody pressed, and has not agreed to yet."""
    shown = _describe(lent)
    return render_template(
        "simulator/page.html",
        screen=_draw_screen("simulator/screen.html", shown),
        android=_draw_screen("simulator/android.html", shown) if lent.android else "",
        phone=shown,
        words=WORDS,
        version=_version(shown),
        mine=lent.name,
        offered=offered,
    )


@simulator_pages.get("/version.json")
def version() -> Response:
    """Asked about every second by an open page; changes with whatever the page shows."""
    return jsonify(version=_version(_describe(show_lent())))


@simulator_pages.post("/cards")
def install() -> AnyResponse:
    page_key = read_page_key()
    lent = lend()
    get_lending(current_app).install(lent, services().links.card(page_key))
    return show_again(lent, "wallet")


def read_page_key() -> str:
    """Of the card that is to be put on a phone. Raises Refusal."""
    page_key = request.form.get("card", "")
    if not _PAGE_KEY.fullmatch(page_key):
        raise Refusal("unknown_page")
    return page_key


@simulator_pages.post("/phone/<deed>")
def act(deed: str) -> AnyResponse:
    if deed not in _DEEDS:
        raise Refusal("not_found")
    lent = get_lent()
    _DEEDS[deed](lent.phone)
    return show_again(lent)


@simulator_pages.post("/place")
def put_in_place() -> AnyResponse:
    """Where its cards name a place, or nowhere near any of them."""
    lent, wanted = get_lent(), request.form.get("place", "")
    places = {place.name: place for place in _places(lent)}
    if wanted and wanted not in places:
        raise Refusal("bad_request")
    place = places.get(wanted)
    lent.phone.position = place.position if place else None
    lent.phone.heard = (place.beacon,) if place and place.beacon else ()
    if lent.android:
        lent.android.position = lent.phone.position
    return show_again(lent)


@simulator_pages.post("/language")
def speak() -> AnyResponse:
    lent, wanted = get_lent(), request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise Refusal("bad_request")
    zone = _read_zone(request.form.get("zone", ""))
    lent.phone.wallet.speak(wanted, zone)
    if lent.android:
        lent.android.speak(wanted, zone)
    return show_again(lent)


@simulator_pages.post("/cards/<serial>/<deed>")
def act_on_card(serial: str, deed: str) -> AnyResponse:
    if deed not in _CARD_DEEDS:
        raise Refusal("not_found")
    lent = get_lent()
    _CARD_DEEDS[deed](lent.phone, _get_card(lent, serial))
    return show_again(lent)


@simulator_pages.get("/cards/<serial>/<name>.png")
def picture(serial: str, name: str) -> Response:
    """The address on the page names the card's version, so the picture never changes."""
    content = image(get_lent().phone, serial, name) if name in _PICTURES else None
    if content is None:
        raise Refusal("not_found")
    return keep(Response(content, mimetype="image/png"))


@simulator_pages.get("/cards/<serial>/code.svg")
def code(serial: str) -> Response:
    cards = phone_view(get_lent().phone, services().clock.now())["cards"]
    barcode = next((card["barcode"] for card in cards if card["serial"] == serial), None)
    if not barcode or barcode["format"] != "PKBarcodeFormatQR":
        raise Refusal("not_found")
    return keep(Response(draw_qr(barcode["message"]), mimetype="image/svg+xml"))


def _get_card(lent: LentPhone, serial: str) -> InstalledPass:
    card = lent.phone.wallet.find(serial)
    if card is None:
        raise Refusal("not_found")
    return card


def _read_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refusal("bad_request") from None


def _describe(lent: LentPhone) -> dict[str, Any]:
    """All that the page shows, as plain JSON values."""
    phone, now = lent.phone, services().clock.now()
    return {
        **phone_view(phone, now),
        "android": _describe_android(lent) if lent.android else None,
        "zone": str(phone.wallet.zone),
        "places": [
            {
                "name": place.name,
                "title": place.title,
                "text": place.text,
                "isBeacon": place.beacon is not None,
                "here": place.beacon in phone.heard if place.beacon else place.position == phone.position,
            }
            for place in _places(lent)
        ],
        "diary": describe_diary(phone.diary),
        "installing": lent.installing,
        "refused": lent.refused,
    }


def _describe_android(lent: LentPhone) -> dict[str, Any]:
    assert lent.android
    if lent.name:
        lent.android.look()
    return android_view(lent.android, services().clock.now())


def _places(lent: LentPhone) -> list[Place]:
    """Those of the cards of both phones, each once."""
    shops = list_shops(lent.android) if lent.android else []
    found = {place.name: place for place in shops}
    return list(
        {**found, **{each.name: each for each in list_places(lent.phone.wallet.cards.values())}}.values()
    )


def _version(shown: dict[str, Any]) -> str:
    return sha256(orjson.dumps(shown)).hexdigest()[:16]


def _draw_screen(template: str, shown: dict[str, Any]) -> Markup:
    """In the phone's language, whatever the page around it speaks."""
    catalogue = translator(shown["language"]).catalogue
    return Markup(  # noqa: S704 - what the template escaped
        render_template(template, phone=shown, find_links=find_links, gettext=catalogue.ugettext)
    )
