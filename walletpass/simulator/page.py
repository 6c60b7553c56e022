"""The simulated iPhone in the browser. `walletpass.app` mounts it in development mode only."""

import re
from collections.abc import Callable
from datetime import UTC
from hashlib import sha256
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from walletpass.artwork.qr import draw_qr
from walletpass.card.design import LANGUAGES
from walletpass.context import language, services
from walletpass.loyalty.refusals import Refusal
from walletpass.simulator.detectors import find_links
from walletpass.simulator.diary import WORDS, describe_diary
from walletpass.simulator.installed import InstalledPass, Trust
from walletpass.simulator.lending import Lending, LentPhone
from walletpass.simulator.phone import Phone
from walletpass.simulator.places import list_places
from walletpass.simulator.view import image, phone_view
from walletpass.translations import translator

simulator_pages = Blueprint("simulator", __name__, url_prefix="/simulator")

_EXTENSION = "walletpass-simulator"
_COOKIE = "simulated-phone"
_YEAR = 31_536_000
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


def put_lending(app: Flask, lending: Lending) -> None:
    app.extensions[_EXTENSION] = lending


def get_lending(app: Flask) -> Lending:
    return cast(Lending, app.extensions[_EXTENSION])


@simulator_pages.get("/")
def show() -> str:
    """A browser without a phone sees an empty one; it gets its own with its first card."""
    lent = _find() or _nobodys()
    shown = _describe(lent)
    return render_template(
        "simulator/page.html",
        screen=_draw_screen(shown),
        phone=shown,
        words=WORDS,
        version=_version(shown),
        mine=lent.name,
    )


@simulator_pages.get("/version.json")
def version() -> Response:
    """Asked about every second by an open page; changes with whatever the page shows."""
    return jsonify(version=_version(_describe(_find() or _nobodys())))


@simulator_pages.post("/cards")
def install() -> AnyResponse:
    page_key = request.form.get("card", "")
    if not _PAGE_KEY.fullmatch(page_key):
        raise Refusal("unknown_page")
    lent = _find() or _lending().lend(language(), UTC)
    _lending().install(lent, services().links.card(page_key))
    answer = redirect(url_for("simulator.show", _anchor="wallet"), 303)
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


@simulator_pages.post("/phone/<deed>")
def act(deed: str) -> AnyResponse:
    if deed not in _DEEDS:
        raise Refusal("not_found")
    lent = _get()
    _DEEDS[deed](lent.phone)
    return _done(lent)


@simulator_pages.post("/place")
def put_in_place() -> AnyResponse:
    """Where its cards name a place, or nowhere near any of them."""
    lent, wanted = _get(), request.form.get("place", "")
    places = {place.name: place for place in list_places(tuple(lent.phone.wallet.cards.values()))}
    if wanted and wanted not in places:
        raise Refusal("bad_request")
    place = places.get(wanted)
    lent.phone.position = place.position if place else None
    lent.phone.heard = (place.beacon,) if place and place.beacon else ()
    return _done(lent)


@simulator_pages.post("/language")
def speak() -> AnyResponse:
    lent, wanted = _get(), request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise Refusal("bad_request")
    lent.phone.wallet.speak(wanted, _read_zone(request.form.get("zone", "")))
    return _done(lent)


@simulator_pages.post("/cards/<serial>/<deed>")
def act_on_card(serial: str, deed: str) -> AnyResponse:
    if deed not in _CARD_DEEDS:
        raise Refusal("not_found")
    lent = _get()
    _CARD_DEEDS[deed](lent.phone, _get_card(lent, serial))
    return _done(lent)


@simulator_pages.get("/cards/<serial>/<name>.png")
def picture(serial: str, name: str) -> Response:
    """The address on the page names the card's version, so the picture never changes."""
    content = image(_get().phone, serial, name) if name in _PICTURES else None
    if content is None:
        raise Refusal("not_found")
    return _kept(Response(content, mimetype="image/png"))


@simulator_pages.get("/cards/<serial>/code.svg")
def code(serial: str) -> Response:
    cards = phone_view(_get().phone, services().clock.now())["cards"]
    barcode = next((card["barcode"] for card in cards if card["serial"] == serial), None)
    if not barcode or barcode["format"] != "PKBarcodeFormatQR":
        raise Refusal("not_found")
    return _kept(Response(draw_qr(barcode["message"]), mimetype="image/svg+xml"))


def _lending() -> Lending:
    return get_lending(current_app)


def _find() -> LentPhone | None:
    return _lending().find(request.cookies.get(_COOKIE, ""))


def _nobodys() -> LentPhone:
    return LentPhone("", Phone(Trust(()), language=language()))


def _get() -> LentPhone:
    lent = _find()
    if lent is None:
        raise Refusal("not_found")
    return lent


def _get_card(lent: LentPhone, serial: str) -> InstalledPass:
    card = lent.phone.wallet.find(serial)
    if card is None:
        raise Refusal("not_found")
    return card


def _done(lent: LentPhone) -> AnyResponse:
    _lending().touched(lent)
    return redirect(url_for("simulator.show"), 303)


def _kept(answer: Response) -> Response:
    answer.cache_control.private = True
    answer.cache_control.max_age = _YEAR
    return answer


def _read_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refusal("bad_request") from None


def _describe(lent: LentPhone) -> dict[str, Any]:
    """All that the page shows, as plain JSON values."""
    phone = lent.phone
    places = list_places(tuple(phone.wallet.cards.values()))
    return {
        **phone_view(phone, services().clock.now()),
        "zone": str(phone.wallet.zone),
        "places": [
            {
                "name": place.name,
                "title": place.title,
                "text": place.text,
                "isBeacon": place.beacon is not None,
                "here": place.beacon in phone.heard if place.beacon else place.position == phone.position,
            }
            for place in places
        ],
        "diary": describe_diary(phone.diary),
        "installing": lent.installing,
        "refused": lent.refused,
    }


def _version(shown: dict[str, Any]) -> str:
    return sha256(orjson.dumps(shown)).hexdigest()[:16]


def _draw_screen(shown: dict[str, Any]) -> Markup:
    """In the phone's language, whatever the page around it speaks."""
    catalogue = translator(shown["language"]).catalogue
    return Markup(  # noqa: S704 - what the template escaped
        render_template(
            "simulator/screen.html", phone=shown, find_links=find_links, gettext=catalogue.ugettext
        )
    )
