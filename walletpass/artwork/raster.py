"""From SVG to pixels. Everything that goes into an SVG as an image or a text passes through here."""

import base64
import io
from collections.abc import Mapping
from html import escape

import resvg_py
from PIL import Image

from walletpass.artwork.fonts import FAMILY, Weight, font_files, one_line
from walletpass.card.colour import Colour
from walletpass.card.design import Design, Role

SCALES = (1, 2, 3)
"""Pixels per point: @1x, @2x, @3x."""
LARGEST = max(SCALES)
_PNG = b"\x89PNG\r\n\x1a\n"


def rasterise(svg: str, width: int, height: int) -> bytes:
    """Return a PNG of `width` × `height` pixels with transparency."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, width=width, height=height, skip_system_fonts=True, font_files=font_files()
        )
    )


def draw_largest(width: int, height: int, body: str, scale: int = LARGEST) -> Image.Image:
    """Return the @3x RGBA image of an SVG of `width` × `height` points, or a still larger one."""
    return open_image(rasterise(svg_document(width, height, body), width * scale, height * scale))


def draw_scales(width: int, height: int, body: str) -> dict[int, Image.Image]:
    """Return scale -> RGBA image of an SVG of `width` × `height` points."""
    return at_scales(draw_largest(width, height, body))


def at_scales(largest: Image.Image) -> dict[int, Image.Image]:
    """Reduce a @3x image. Looks as good as drawing three times and takes half as long.

    Hamming leaves no halo along the edges of flat shapes, as Lanczos would.
    """
    width, height = largest.width // LARGEST, largest.height // LARGEST
    return {
        scale: largest.resize((width * scale, height * scale), Image.Resampling.HAMMING) for scale in SCALES
    }


def open_image(data: bytes) -> Image.Image:
    """Return an RGBA image. Raises OSError if `data` is not an image that Pillow reads."""
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA")


def to_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def image_for(design: Design, role: Role, image_bytes: Mapping[str, bytes]) -> bytes | None:
    """Raises KeyError if the design names an image that is not in `image_bytes`."""
    return image_bytes[design.images[role]] if role in design.images else None


def is_png(data: bytes) -> bool:
    return data.startswith(_PNG)


def svg_document(width: float, height: float, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">{body}</svg>'


def svg_image(data: bytes, colour: Colour, x: float, y: float, width: float, height: float) -> str:
    """Place a PNG, or an SVG of ours whose `currentColor` becomes `colour`, centred in the box."""
    kind, data = ("png", data) if is_png(data) else ("svg+xml", tinted(data, colour).encode())
    link = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" href="{link}"/>'


def tinted(drawing: bytes, colour: Colour) -> str:
    return drawing.decode().replace("currentColor", colour.hex)


def svg_text(
    text: str, x: float, y: float, size: float, colour: Colour, weight: Weight, anchor: str = "start"
) -> str:
    """Place one line of any text with its baseline at `y`."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{FAMILY}" font-size="{size:g}" font-weight="{weight:d}"'
        f' fill="{colour.hex}" text-anchor="{anchor}">{escape(one_line(text))}</text>'
    )
