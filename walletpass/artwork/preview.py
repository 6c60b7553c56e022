"""The front of a store card as Apple Wallet shows it, drawn from what goes into the pass.

Positions follow cards on a phone by eye: no vendor publishes them, and systems differ a little.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from walletpass.artwork.fonts import Weight, one_line, shorten, text_width, without_symbols
from walletpass.artwork.layout import STRIP_HEIGHT, STRIP_WIDTH
from walletpass.artwork.qr import qr_path
from walletpass.artwork.raster import open_image, rasterise, svg_document, svg_image, svg_text
from walletpass.card.colour import BLACK, WHITE, Colour

WIDTH, HEIGHT = STRIP_WIDTH, 500
"""Points of the whole card."""
_SCALE = 2
_CORNER, _SIDE, _HEAD = 14, 15, 70
_LABEL, _VALUE, _SMALLEST_VALUE, _LOGO_TEXT, _PRIMARY = 11.0, 17.0, 12.0, 17.0, 50.0
_LABEL_TO_VALUE = 21
_BETWEEN = 14
_CODE, _CODE_MARGIN, _ALT_TEXT, _BELOW_CODE = 140, 13, 12.0, 20

_Field = Mapping[str, Any]
_Images = Mapping[str, Mapping[int, bytes]]


class _Colours(NamedTuple):
    background: Colour
    foreground: Colour
    label: Colour


class _Text(NamedTuple):
    label: str
    value: str

    @property
    def width(self) -> float:
        label = text_width(self.label, _LABEL, Weight.SEMIBOLD)
        return max(label, text_width(self.value, _VALUE, Weight.REGULAR))


def draw_front(pass_json: Mapping[str, Any], images: _Images) -> bytes:
    """Return a PNG of 750 × 1000 pixels, transparent around the rounded corners.

    `pass_json` is the dictionary of a storeCard's `pass.json`, `images` what `draw_images` returns. Letters
    that our typeface lacks are boxes here; a phone, and `draw_front_svg` in a browser, show them.
    """
    return rasterise(draw_front_svg(pass_json, images), WIDTH * _SCALE, HEIGHT * _SCALE)


def draw_front_svg(pass_json: Mapping[str, Any], images: _Images) -> str:
    """Return the same picture as an SVG that needs no other file."""
    colours = _Colours(*(_colour(pass_json, role) for role in ("background", "foreground", "label")))
    card = pass_json["storeCard"]
    row = _texts(card, "secondaryFields", "auxiliaryFields")
    below_strip = _HEAD + STRIP_HEIGHT + 25
    parts = (
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="{_CORNER}" fill="{colours.background.hex}"/>',
        svg_image(images["strip"][_SCALE], BLACK, 0, _HEAD, STRIP_WIDTH, STRIP_HEIGHT),
        _head(pass_json, images["logo"][_SCALE], _texts(card, "headerFields"), colours),
        *(_primary(text, colours) for text in _texts(card, "primaryFields")[:1]),
        _spread(row, _SIDE, WIDTH - _SIDE, below_strip, colours),
        *(_code(barcode) for barcode in pass_json.get("barcodes", ())[:1]),
    )
    return svg_document(WIDTH, HEIGHT, "".join(parts))


def _colour(pass_json: Mapping[str, Any], role: str) -> Colour:
    """Read `rgb(r, g, b)`; the phone's own choice is white."""
    match = re.fullmatch(r"rgb\((\d+), ?(\d+), ?(\d+)\)", pass_json.get(f"{role}Color", ""))
    return Colour(*(int(level) for level in match.groups())) if match else WHITE


def _texts(card: Mapping[str, Sequence[_Field]], *groups: str) -> list[_Text]:
    return [
        _Text(_drawable(field.get("label", "")).upper(), _drawable(field["value"]))
        for group in groups
        for field in card.get(group, ())
    ]


def _drawable(text: object) -> str:
    return without_symbols(one_line(str(text)))


def _head(pass_json: Mapping[str, Any], logo: bytes, fields: list[_Text], colours: _Colours) -> str:
    """The logo and its text on the left; header fields on the right take what they need, up to half."""
    width, height = (side / _SCALE for side in open_image(logo).size)
    after_logo = _SIDE + width + _BETWEEN
    needed = sum(field.width for field in fields) + _BETWEEN * max(len(fields) - 1, 0)
    right = max(WIDTH - _SIDE - needed, after_logo, WIDTH / 2)
    text = shorten(
        _drawable(pass_json.get("logoText", "")), _LOGO_TEXT, Weight.SEMIBOLD, right - _BETWEEN - after_logo
    )
    return (
        svg_image(logo, BLACK, _SIDE, (_HEAD - height) / 2, width, height)
        + svg_text(text, after_logo, _HEAD / 2 + 6, _LOGO_TEXT, colours.foreground, Weight.SEMIBOLD)
        + _spread(fields, right, WIDTH - _SIDE, 28, colours, all_right=True)
    )


def _primary(text: _Text, colours: _Colours) -> str:
    """On the strip: the value with its label below."""
    value = shorten(text.value, _PRIMARY, Weight.REGULAR, WIDTH - 2 * _SIDE)
    return svg_text(value, _SIDE, _HEAD + 66, _PRIMARY, colours.foreground, Weight.REGULAR) + svg_text(
        text.label, _SIDE, _HEAD + 90, _LABEL, colours.label, Weight.SEMIBOLD
    )


def _spread(
    fields: list[_Text],
    left: float,
    right: float,
    baseline: float,
    colours: _Colours,
    all_right: bool = False,
) -> str:
    """Fields side by side from `left` to `right`; of several, the last one stands at the right edge."""
    if not fields:
        return ""
    widths = _widths([field.width for field in fields], right - left - _BETWEEN * (len(fields) - 1))
    gap = (right - left - sum(widths)) / max(len(fields) - 1, 1)
    starts = accumulate((width + gap for width in widths[:-1]), initial=left)
    return "".join(
        _field(field, start, width, baseline, colours, all_right or 0 < number == len(fields) - 1)
        for number, (field, start, width) in enumerate(zip(fields, starts, widths, strict=True))
    )


def _widths(wanted: list[float], room: float) -> list[float]:
    """Give every field what it wants, or where that is too much, cut the widest ones to one width."""
    left, limit = room, 0.0
    for number, width in enumerate(sorted(wanted)):
        limit = left / (len(wanted) - number)
        if width > limit:
            break
        left -= width
        limit = width
    return [min(width, limit) for width in wanted]


def _field(text: _Text, left: float, width: float, baseline: float, colours: _Colours, at_right: bool) -> str:
    x, anchor = (left + width, "end") if at_right else (left, "start")
    label = shorten(text.label, _LABEL, Weight.SEMIBOLD, width)
    wanted = text_width(text.value, _VALUE, Weight.REGULAR)
    size = _VALUE if wanted <= width else max(_VALUE * width / wanted, _SMALLEST_VALUE)
    value = shorten(text.value, size, Weight.REGULAR, width)
    return svg_text(label, x, baseline, _LABEL, colours.label, Weight.SEMIBOLD, anchor) + svg_text(
        value, x, baseline + _LABEL_TO_VALUE, size, colours.foreground, Weight.REGULAR, anchor
    )


def _code(barcode: Mapping[str, str]) -> str:
    """A QR code on its white tile at the foot of the card, with its text below."""
    text = _drawable(barcode.get("altText", ""))
    width = _CODE + 2 * _CODE_MARGIN
    height = width + (_ALT_TEXT + 2 if text else 0)
    left, top = (WIDTH - width) / 2, HEIGHT - _BELOW_CODE - height
    shown = shorten(text, _ALT_TEXT, Weight.REGULAR, width - _CODE_MARGIN)
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="6" fill="{WHITE.hex}"/>'
        + qr_path(barcode["message"], left + _CODE_MARGIN, top + _CODE_MARGIN, _CODE)
        + svg_text(shown, WIDTH / 2, top + height - 9, _ALT_TEXT, BLACK, Weight.REGULAR, "middle")
    )
