"""A card's pictures in the sizes that Google Wallet asks for.

https://developers.google.com/wallet/retail/loyalty-cards/resources/brand-guidelines
"""

from collections.abc import Mapping

from PIL import Image, ImageOps

from walletpass.artwork import signs
from walletpass.artwork.ground import lay_ground
from walletpass.artwork.marks import draw_wide_logo
from walletpass.artwork.raster import LARGEST, draw_largest, image_for, is_png, open_image, svg_image, to_png
from walletpass.artwork.strip import draw_strip
from walletpass.card.card import Progress
from walletpass.card.colour import GRAPHIC_RATIO, nearest_passing
from walletpass.card.design import Design, Role

HERO = 1032, 336
ROUND_LOGO = 660
WIDE_LOGO = 1280, 400
"""Pixels."""
_MARGIN = 0.15
"""Of a logo's width, which a circle cuts off."""
_INSIDE = 0.92
"""Of a head's width and height."""

_Pictures = Mapping[str, bytes]


def draw_hero(design: Design, progress: Progress, image_bytes: _Pictures) -> bytes:
    """PNG of the strip, as high as the banner; what lies behind it goes on, mirrored, to both sides."""
    strip = open_image(draw_strip(design, progress, image_bytes)[LARGEST]).convert("RGB")
    strip = ImageOps.contain(strip, HERO, Image.Resampling.LANCZOS)
    ground = lay_ground(design.palette, image_for(design, Role.STRIP, image_bytes)).pictures[LARGEST]
    beside = ImageOps.mirror(ground.resize(strip.size, Image.Resampling.LANCZOS))
    hero, left = Image.new("RGB", HERO), (HERO[0] - strip.width) // 2
    for picture, x in ((beside, left - strip.width), (strip, left), (beside, left + strip.width)):
        hero.paste(picture, (x, 0))
    return to_png(hero)


def draw_round_logo(design: Design, image_bytes: _Pictures) -> bytes:
    """PNG of the icon, else the glyph, on the card's background: what matters of it is inside a circle."""
    palette, side = design.palette, ROUND_LOGO // LARGEST
    sign = nearest_passing(palette.foreground, palette.background, GRAPHIC_RATIO)
    icon = image_for(design, Role.ICON, image_bytes)
    if icon is not None and is_png(icon) and _is_opaque(open_image(icon)):
        return to_png(ImageOps.fit(open_image(icon), (ROUND_LOGO, ROUND_LOGO), Image.Resampling.LANCZOS))
    inner = side * (1 - 2 * _MARGIN)
    corner = (side - inner) / 2
    if icon is None:
        glyph = image_for(design, Role.GLYPH, image_bytes)
        body = signs.glyph(glyph, sign, side / 2, inner * 0.8)
    else:
        body = svg_image(icon, sign, corner, corner, inner, inner)
    ground = f'<path d="M0 0h{side}v{side}H0z" fill="{palette.background.hex}"/>'
    return to_png(draw_largest(side, side, ground + body).convert("RGB"))


def draw_header_logo(design: Design, image_bytes: _Pictures) -> bytes:
    """PNG of the logo, else the name, on the card's background."""
    width, height = WIDE_LOGO
    logo = draw_wide_logo(design, image_bytes)
    logo.thumbnail((width * _INSIDE, height * _INSIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", WIDE_LOGO, design.palette.background.hex)
    ground.paste(logo, (round(width * (1 - _INSIDE) / 2), (height - logo.height) // 2), logo)
    return to_png(ground)


def _is_opaque(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema()[0] == 255
