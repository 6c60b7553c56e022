"""A phone as a page draws it: plain JSON values. Pictures have addresses of their own, see `image`."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from walletpass.simulator.detectors import wanted_detectors
from walletpass.simulator.formatting import write_value
from walletpass.simulator.installed import InstalledPass
from walletpass.simulator.phone import Phone
from walletpass.simulator.wallet import Notice, Wallet

_SHOWN: Mapping[str, int] = {"header": 3, "primary": 1, "secondary": 4, "auxiliary": 4}
"""Fields that fit; a store card's secondary and auxiliary ones share one row of four."""
_ROW = 4
_BARCODES = tuple(f"PKBarcodeFormat{name}" for name in ("QR", "PDF417", "Aztec", "Code128"))
_COLOUR = re.compile(r"\D*(\d{1,3})\D+(\d{1,3})\D+(\d{1,3})\D*", re.ASCII)
_COLOURS = {
    "background": ("backgroundColor", "#ffffff"),
    "foreground": ("foregroundColor", "#000000"),
    "label": ("labelColor", "#000000"),
}


def phone_view(phone: Phone, now: datetime) -> dict[str, Any]:
    """`cards` lists the newest first, `notices` the latest first."""
    wallet = phone.wallet
    cards = tuple(wallet.cards.values())
    return {
        "language": wallet.language,
        "asleep": phone.asleep,
        "notices": [_notice(notice, cards) for notice in reversed(tuple(wallet.notices))],
        "cards": [_card(card, wallet, now) for card in reversed(cards)],
        "suggestions": [
            {
                "serial": each.key.serial,
                "passType": each.key.pass_type,
                "title": each.title,
                "text": each.text,
                "metres": round(each.metres),
            }
            for each in phone.suggestions(now)
        ],
    }


def image(phone: Phone, serial: str, name: str, scale: int = 3) -> bytes | None:
    """PNG of `icon`, `logo`, `strip` …; None where the phone or the pass has none."""
    card = phone.wallet.find(serial)
    return card.image(name, scale) if card else None


def _notice(notice: Notice, cards: tuple[InstalledPass, ...]) -> dict[str, Any]:
    """All of one pass type wear the icon of the first one stored; none if it is gone."""
    first = next((card.key.serial for card in cards if card.key.pass_type == notice.key.pass_type), None)
    return {
        "id": notice.number,
        "serial": notice.key.serial,
        "passType": notice.key.pass_type,
        "title": notice.title,
        "text": notice.text,
        "at": notice.at.isoformat(),
        "icon": first,
    }


def _card(card: InstalledPass, wallet: Wallet, now: datetime) -> dict[str, Any]:
    return {
        "serial": card.key.serial,
        "passType": card.key.pass_type,
        "style": card.style,
        "version": card.digest,
        "organizationName": card.words("organizationName"),
        "description": card.words("description"),
        "logoText": card.words("logoText"),
        "colours": {name: _colour(card.text(key), usual) for name, (key, usual) in _COLOURS.items()},
        "groups": _groups(card, wallet),
        "barcode": _barcode(card),
        "voided": card.voided,
        "expired": card.expired(now),
        "canUpdate": bool(card.service),
        "updatesOn": bool(card.service) and card.key not in wallet.quiet,
    }


def _groups(card: InstalledPass, wallet: Wallet) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in (*_SHOWN, "back")}
    for field in card.fields:
        group = field.group.removesuffix("Fields")
        if group in groups and len(groups[group]) < _SHOWN.get(group, len(groups[group]) + 1):
            groups[group].append(
                {
                    "key": str(field.content.get("key")),
                    "label": card.translate(str(field.content.get("label", ""))),
                    "value": write_value(field.content, card.translate, wallet.locale, wallet.zone),
                    "align": str(field.content.get("textAlignment", "")).removeprefix("PKTextAlignment"),
                    "detectors": wanted_detectors(field.content),
                }
            )
    groups["auxiliary"] = groups["auxiliary"][: max(0, _ROW - len(groups["secondary"]))]
    return groups


def _barcode(card: InstalledPass) -> dict[str, str] | None:
    """The first that the phone can draw. Formats of iOS 27 are left to newer phones."""
    return next(_drawable(card), None)


def _drawable(card: InstalledPass) -> Iterator[dict[str, str]]:
    entries: list[object] = [*card.objects("barcodes")] or [card.document.get("barcode")]
    for barcode in entries:
        if isinstance(barcode, dict) and barcode.get("format") in _BARCODES:
            yield {key: str(barcode.get(key, "")) for key in ("format", "message", "altText")}


def _colour(text: str, usual: str) -> str:
    """`#rrggbb`; what is no colour is left out, as Wallet does."""
    match = _COLOUR.fullmatch(text)
    parts = [int(part) for part in match.groups()] if match else []
    return "#{:02x}{:02x}{:02x}".format(*parts) if parts and max(parts) <= 255 else usual
