"""An Android phone as a page draws it: plain JSON values. Pictures have addresses of their own."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from walletpass.simulator.google.android import AndroidPhone, HeldPass, read_instant
from walletpass.simulator.google.calls import Document
from walletpass.simulator.google.face import Face
from walletpass.simulator.google.memory import Notice
from walletpass.simulator.google.nearby import find_near
from walletpass.simulator.google.rotating import write_rotating_value

PICTURES = ("logo", "wide-logo", "hero", "image")
_UNSET_COLOUR = "#5f6368"
"""Google takes one out of the pictures."""
_DARK_FROM = 150
"""Of 255: on a lighter ground, text is dark."""


def android_view(phone: AndroidPhone, now: datetime) -> dict[str, Any]:
    """`cards` lists the newest first and those that have ended last, `notices` the latest first."""
    cards = [_card(held, phone, now) for held in reversed(phone.passes)]
    return {
        "language": phone.language,
        "cards": sorted(cards, key=lambda card: bool(card["ended"])),
        "notices": [
            _notice(notice, held, phone)
            for notice in reversed(phone.notices)
            if (held := phone.find(notice.object_id))
        ],
        "near": [
            {"id": each.held.id, "title": Face(each.held, phone.locale).words("issuerName")}
            for each in find_near(phone.passes, phone.position, now)
        ],
    }


def picture_address(held: HeldPass, name: str) -> str:
    """Of `logo`, `wide-logo`, `hero` or `image`; empty where the card has none. An object's own hides the class's."""
    both = (held.object, held.of_class)
    match name:
        case "logo":
            found = held.of_class.get("programLogo")
        case "wide-logo":
            found = held.of_class.get("wideProgramLogo")
        case "hero":
            found = next((each["heroImage"] for each in both if "heroImage" in each), None)
        case _:
            modules = [module for each in both for module in each.get("imageModulesData", ())]
            found = modules[0].get("mainImage") if modules else None
    return str((found or {}).get("sourceUri", {}).get("uri", ""))


def write_code(held: HeldPass, now: datetime) -> dict[str, str] | None:
    """The rotating barcode as it is at that time, else the static one."""
    rotating, static = held.object.get("rotatingBarcode"), held.object.get("barcode")
    barcode = rotating or static
    if not barcode:
        return None
    value = write_rotating_value(rotating, now) if rotating else str(barcode.get("value", ""))
    return {
        "type": str(barcode.get("type", "")),
        "value": value,
        "text": str(barcode.get("alternateText", "")),
        "version": sha256(value.encode()).hexdigest()[:16],
    }


def _notice(notice: Notice, held: HeldPass, phone: AndroidPhone) -> dict[str, Any]:
    face = Face(held, phone.locale)
    return {
        "number": notice.number,
        "id": notice.object_id,
        "about": str(notice.about),
        "at": notice.at.isoformat(),
        "title": face.words("issuerName"),
        "text": face.words("programName"),
    }


def _card(held: HeldPass, phone: AndroidPhone, now: datetime) -> dict[str, Any]:
    face = Face(held, phone.locale)
    colour = _lengthen(held.of_class.get("hexBackgroundColor", _UNSET_COLOUR))
    return {
        "id": held.id,
        "version": sha256(orjson.dumps((held.object, held.of_class))).hexdigest()[:16],
        "ended": _why_ended(held, now),
        "colour": colour,
        "dark": _is_light(colour),
        "issuer": face.words("issuerName"),
        "program": face.words("programName"),
        "pictures": [name for name in PICTURES if picture_address(held, name)],
        "rows": [[asdict(slot) for slot in row] for row in face.rows()],
        "code": write_code(held, now),
        "rotates": "rotatingBarcode" in held.object,
        "shimmers": "securityAnimation" in held.of_class,
        "details": [asdict(slot) for slot in face.details()],
        "links": list(_links(held, face)),
        "messages": [
            {"header": face.text(message, "header"), "body": face.text(message, "body")}
            for message in reversed(face.lists("messages"))
            if _is_shown(message, now)
        ],
    }


def _links(held: HeldPass, face: Face) -> Iterator[dict[str, str]]:
    for link in face.lists("linksModuleData"):
        yield {"address": link["uri"], "text": face.text(link, "description") or link["uri"]}
    if home := held.of_class.get("homepageUri"):
        yield {"address": home["uri"], "text": face.text(home, "description") or home["uri"]}


def _is_shown(message: Document, now: datetime) -> bool:
    interval = message.get("displayInterval", {})
    start, end = (interval.get(side, {}).get("date") for side in ("start", "end"))
    return (not start or read_instant(start) <= now) and (not end or now < read_instant(end))


def _why_ended(held: HeldPass, now: datetime) -> str:
    """A state of the object; empty for a card that can be used."""
    if held.ended:
        return str(held.object["state"])
    return "EXPIRED" if held.expired(now) else ""


def _lengthen(colour: str) -> str:
    """`#rgb` means `#rrggbb`."""
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def _is_light(colour: str) -> bool:
    red, green, blue = bytes.fromhex(colour[1:])
    return 0.299 * red + 0.587 * green + 0.114 * blue > _DARK_FROM
