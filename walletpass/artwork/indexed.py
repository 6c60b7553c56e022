"""PNG with a palette: a fraction of the time and the bytes of one with three channels."""

import io
from collections.abc import Iterable
from math import dist

from PIL import Image

from walletpass.card.colour import Colour

ENTRIES = 256
_APART = 14
"""Pillow takes the entry nearest to a corner of a grid of four levels, so one this near to an exact colour could
win where the exact one, or what blending made of it, a level less, is meant: each may be 4√3 from the corner."""


def make_palette(
    exact: Iterable[Colour], ground: Iterable[Colour], edges: Image.Image, most: int = ENTRIES
) -> Image.Image:
    """Return a palette image of at most `most` colours: `exact`, `ground`, then what the RGB image `edges` needs."""
    firm = list(dict.fromkeys(exact))
    entries = list(dict.fromkeys([*firm, *ground]))
    free = most - len(entries)
    soft = colours_of(edges.quantize(free, method=Image.Quantize.MEDIANCUT))
    entries += [colour for colour in soft if all(_far(colour, other) for other in firm)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for colour in entries for level in (colour.red, colour.green, colour.blue)])
    return palette


def colours_of(indexed: Image.Image) -> list[Colour]:
    levels = indexed.getpalette() or []
    return [Colour(*levels[start : start + 3]) for start in range(0, len(levels), 3)]


def to_indexed_png(picture: Image.Image, palette: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _far(a: Colour, b: Colour) -> bool:
    return dist((a.red, a.green, a.blue), (b.red, b.green, b.blue)) > _APART
