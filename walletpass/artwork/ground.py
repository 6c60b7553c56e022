"""What the stamps stand on: the palette's colour, a drawing of ours, or a merchant's photo under a veil."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

from walletpass.artwork.indexed import colours_of, make_palette
from walletpass.artwork.inks import CALM, Inks, mix_inks, veil
from walletpass.artwork.layout import STRIP_HEIGHT, STRIP_WIDTH
from walletpass.artwork.raster import LARGEST, SCALES, at_scales, is_png, open_image, rasterise, tinted
from walletpass.card.colour import Colour
from walletpass.card.design import Palette

_COLOURS = 176
"""Entries of a palette of 256 that the picture may take; the rest is for what is drawn on it."""
_LEAST_VEIL = 0.35
"""Over a photo, so that it stays a background even where its contrast would do."""
_THUMBNAIL = (75, 29)


@dataclass(frozen=True, slots=True)
class Ground:
    inks: Inks
    pictures: Mapping[int, Image.Image]
    """Scale -> RGB image. Not to be drawn on: copy."""
    colours: tuple[Colour, ...]
    """All that occur in the pictures."""


@lru_cache(maxsize=16)
def lay_ground(palette: Palette, picture: bytes | None) -> Ground:
    """Return the ground of a strip; `picture` is a PNG, an SVG of ours (currentColor: stamp), or None."""
    if picture is None:
        plain = {scale: _flat(palette.strip, scale) for scale in SCALES}
        return Ground(mix_inks(palette), plain, (palette.strip,))
    pictures = {scale: _on(palette.strip, image) for scale, image in _cover(picture, palette.stamp).items()}
    cover, inks = veil(palette, _extremes(pictures[1]), _LEAST_VEIL if is_png(picture) else 0.0)
    veiled = {
        scale: Image.blend(image, _flat(palette.strip, scale), cover) for scale, image in pictures.items()
    }
    few = _few_colours(veiled[1], palette.strip)
    calm = {
        scale: image.quantize(palette=few, dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")
        for scale, image in veiled.items()
    }
    return Ground(inks, calm, tuple(colours_of(few)))


def _few_colours(picture: Image.Image, strip: Colour) -> Image.Image:
    """Return a palette image for the picture as it is and as it looks inside an empty slot.

    The strip's colour is in it as it is: most of a drawing is nothing else, in a slot and around it.
    """
    width, height = picture.size
    both = Image.new("RGB", (width, 2 * height))
    both.paste(picture)
    both.paste(Image.blend(picture, Image.new("RGB", picture.size, strip.hex), CALM), (0, height))
    return make_palette([strip], (), both, _COLOURS)


def _pixels(scale: int) -> tuple[int, int]:
    return STRIP_WIDTH * scale, STRIP_HEIGHT * scale


def _flat(colour: Colour, scale: int) -> Image.Image:
    return Image.new("RGB", _pixels(scale), colour.hex)


@lru_cache(maxsize=4)
def _cover(picture: bytes, stamp: Colour) -> dict[int, Image.Image]:
    """Fill the strip with the picture; what sticks out is cut off evenly. Kept for who tries other colours."""
    size = _pixels(LARGEST)
    if is_png(picture):
        return at_scales(ImageOps.fit(open_image(picture), size, Image.Resampling.LANCZOS))
    return at_scales(open_image(rasterise(tinted(picture, stamp), *size)))


def _on(colour: Colour, image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, colour.hex)
    ground.paste(image, mask=image)
    return ground


def _extremes(image: Image.Image) -> tuple[Colour, Colour]:
    """The darkest and the lightest colour that covers more than a speck."""
    levels = image.resize(_THUMBNAIL, Image.Resampling.BOX).tobytes()
    colours = [Colour(*pixel) for pixel in set(zip(levels[::3], levels[1::3], levels[2::3], strict=True))]
    by_luminance = sorted(colours, key=lambda colour: colour.luminance)
    return by_luminance[0], by_luminance[-1]
