"""The signs we draw ourselves, as SVG paths in a box of 48 × 48, and the merchant's glyph in the same box."""

from PIL import Image

from walletpass.artwork.raster import LARGEST, is_png, open_image, svg_image, to_png
from walletpass.card.colour import Colour

BOX = 48
_STAR = (
    "M24 4.5c1.2 0 2.2.7 2.7 1.7l4.6 9.4 10.4 1.5c2.4.3 3.4 3.3 1.6 5l-7.5 7.3 1.8 10.3"
    "c.4 2.4-2.1 4.2-4.3 3.1L24 38l-9.3 4.8c-2.2 1.1-4.7-.7-4.3-3.1"
    "l1.8-10.3-7.5-7.3c-1.8-1.7-.8-4.7 1.6-5l10.4-1.5 4.6-9.4"
    "c.5-1 1.5-1.7 2.7-1.7z"
)
_GIFT = (
    "M9 25h13v18H12a3 3 0 0 1-3-3zM26 25h13v15a3 3 0 0 1-3 3H26z"
    "M8 13h14v9H5v-6a3 3 0 0 1 3-3zM26 13h14a3 3 0 0 1 3 3v6H26z"
    "M24 13c-1.5-5-4.6-8.5-8.4-8.5a4.3 4.3 0 0 0-.2 8.5zM24 13c1.5-5 4.6-8.5 8.4-8.5a4.3 4.3 0 0 1 .2 8.5z"
)


def gift(colour: Colour, centre: float, size: float) -> str:
    """Our mark of a reward, centred on (centre, centre)."""
    return _path(_GIFT, colour, centre, size)


def glyph(source: bytes | None, colour: Colour, centre: float, size: float) -> str:
    """The merchant's sign, or our star where there is none. A PNG keeps its own colours."""
    if source is None:
        return _path(_STAR, colour, centre, size)
    if is_png(source):
        source = _shrunk(source, round(size * LARGEST))
    corner = centre - size / 2
    return svg_image(source, colour, corner, corner, size, size)


def _path(path: str, colour: Colour, centre: float, size: float) -> str:
    corner, ratio = centre - size / 2, size / BOX
    place = f"translate({corner:g} {corner:g}) scale({ratio:g})"
    return f'<path transform="{place}" fill="{colour.hex}" d="{path}"/>'


def _shrunk(png: bytes, pixels: int) -> bytes:
    """Reduced here, because the rasteriser leaves out pixels when it makes a picture much smaller."""
    image = open_image(png)
    image.thumbnail((pixels, pixels), Image.Resampling.LANCZOS)
    return to_png(image)
