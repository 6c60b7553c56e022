"""The small pictures of a card: the icon beside its messages and the logo at its head."""

from collections.abc import Mapping
from math import ceil

from PIL import Image, ImageOps

from walletpass.artwork import signs
from walletpass.artwork.fonts import can_draw, one_line, without_symbols
from walletpass.artwork.lettering import set_in_box
from walletpass.artwork.raster import (
    LARGEST,
    at_scales,
    draw_largest,
    image_for,
    is_png,
    open_image,
    svg_image,
    svg_text,
    to_png,
)
from walletpass.card.colour import GRAPHIC_RATIO, Colour, nearest_passing
from walletpass.card.design import Design, Role

ICON = 38
LOGO_WIDTH, LOGO_HEIGHT = 160, 50
"""Points: https://developer.apple.com/design/human-interface-guidelines/wallet."""
FORM_LOGO_WIDTH, FORM_LOGO_HEIGHT = 150, 40
"""Points; on the form by which a holder signs up."""
_WIDE = 8
"""Pixels per point of a logo on Google's card."""
_GLYPH_SHARE = 0.68
"""Of the icon's width."""


def draw_icon(design: Design, image_bytes: Mapping[str, bytes]) -> dict[int, bytes]:
    """Return scale -> PNG of 38 × 38 points: the icon, else the glyph on the card's background.

    `image_bytes` as for `draw_strip`.
    """
    palette = design.palette
    sign = nearest_passing(palette.foreground, palette.background, GRAPHIC_RATIO)
    icon = image_for(design, Role.ICON, image_bytes)
    if icon is not None:
        return _pngs(_fitted(icon, sign, ICON, ICON))
    glyph = image_for(design, Role.GLYPH, image_bytes)
    ground = f'<path d="M0 0h{ICON}v{ICON}H0z" fill="{palette.background.hex}"/>'
    return _pngs(draw_largest(ICON, ICON, ground + signs.glyph(glyph, sign, ICON / 2, ICON * _GLYPH_SHARE)))


def needs_name(design: Design) -> bool:
    """Whether the logo says nothing of the name: our typeface lacks its letters, and there is no picture."""
    return Role.LOGO not in design.images and not _has_drawn_name(design)


def _has_drawn_name(design: Design) -> bool:
    name = _name(design)
    return bool(name) and can_draw(name)


def _name(design: Design) -> str:
    return without_symbols(one_line(design.organization))


def draw_logo(design: Design, image_bytes: Mapping[str, bytes]) -> dict[int, bytes]:
    """Return scale -> PNG of at most 160 × 50 points: the logo, else the name in our typeface.

    Where the name has letters that the typeface lacks, the glyph stands for it. `image_bytes` as for
    `draw_strip`.
    """
    return _pngs(_draw_logo(design, image_bytes))


def draw_wide_logo(design: Design, image_bytes: Mapping[str, bytes]) -> Image.Image:
    """What `draw_logo` draws, many times as large, for a wide head."""
    return _draw_logo(design, image_bytes, _WIDE)


def draw_form_logo(design: Design, image_bytes: Mapping[str, bytes]) -> dict[int, bytes]:
    """Return scale -> PNG of at most 150 × 40 points: what `draw_logo` draws, smaller."""
    logo = _draw_logo(design, image_bytes)
    logo.thumbnail((FORM_LOGO_WIDTH * LARGEST, FORM_LOGO_HEIGHT * LARGEST), Image.Resampling.LANCZOS)
    return _pngs(logo)


def _draw_logo(design: Design, image_bytes: Mapping[str, bytes], scale: int = LARGEST) -> Image.Image:
    ink = design.palette.foreground
    logo = image_for(design, Role.LOGO, image_bytes)
    if logo is not None:
        return _trimmed(_fitted(logo, ink, LOGO_WIDTH, LOGO_HEIGHT, scale))
    if _has_drawn_name(design):
        body = _lettering(_name(design), ink)
    else:
        glyph = image_for(design, Role.GLYPH, image_bytes)
        body = signs.glyph(glyph, ink, LOGO_HEIGHT / 2, LOGO_HEIGHT)
    return _trimmed(draw_largest(LOGO_WIDTH, LOGO_HEIGHT, body, scale))


def _lettering(name: str, ink: Colour) -> str:
    lines = set_in_box(name, LOGO_WIDTH, LOGO_HEIGHT)
    return "".join(svg_text(line.text, 0, line.baseline, line.size, ink, line.weight) for line in lines)


def _fitted(source: bytes, ink: Colour, width: int, height: int, scale: int = LARGEST) -> Image.Image:
    """The whole picture, as large as the box allows."""
    if not is_png(source):
        return draw_largest(width, height, svg_image(source, ink, 0, 0, width, height), scale)
    size = width * scale, height * scale
    return ImageOps.pad(open_image(source), size, Image.Resampling.LANCZOS, color=(0, 0, 0, 0))


def _trimmed(image: Image.Image) -> Image.Image:
    """Without transparent edges, as far as whole points go."""
    left, top, right, bottom = image.getbbox() or (0, 0, LARGEST, LARGEST)
    right, bottom = ceil(right / LARGEST) * LARGEST, ceil(bottom / LARGEST) * LARGEST
    return image.crop((left // LARGEST * LARGEST, top // LARGEST * LARGEST, right, bottom))


def _pngs(largest: Image.Image) -> dict[int, bytes]:
    return {scale: to_png(image) for scale, image in at_scales(largest).items()}
