"""The colours of a strip: the palette's own where they can be seen, their nearest relatives where not."""

from collections.abc import Sequence
from dataclasses import dataclass

from walletpass.card.colour import (
    BLACK,
    GRAPHIC_RATIO,
    TEXT_RATIO,
    WHITE,
    Colour,
    contrast,
    difference,
    nearest_passing,
)
from walletpass.card.design import Palette

_STEPS = 40
_OUTLINE_RATIO = 3.5
"""A little over what a shape needs, since a fine line looks paler than its colour is."""
_TINT = 0.07
"""How much of the stamp's colour an empty slot on a plain ground has."""
CALM = 0.5
"""How much of the strip's colour lies over a picture inside an empty slot."""
_MOST_VEIL = 0.75
"""From here on it is better to change the stamp's colour than to hide more of the picture."""


@dataclass(frozen=True, slots=True)
class Inks:
    strip: Colour
    stamp: Colour
    """A filled stamp; at least 3:1 on the ground."""
    mark: Colour
    """The sign on a filled stamp; at least 3:1 on it."""
    outline: Colour
    """An empty slot: as quiet as can be while at least 3:1 on the ground."""
    text: Colour
    """Numbers; at least 4.5:1 on the strip's colour, as large text 3:1 on a picture."""
    hollow: Colour
    """The inside of an empty slot."""
    hollow_cover: float
    """Opacity of `hollow`, 0 to 1."""

    def empty_look(self, line: float) -> str:
        """SVG attributes of an empty slot, drawn with a `line` so many points wide."""
        return (
            f'fill="{self.hollow.hex}" fill-opacity="{self.hollow_cover:g}"'
            f' stroke="{self.outline.hex}" stroke-width="{line:g}" stroke-linejoin="round"'
        )

    @property
    def all(self) -> tuple[Colour, ...]:
        return self.strip, self.stamp, self.mark, self.outline, self.text, self.hollow


def mix_inks(palette: Palette) -> Inks:
    """Return the inks for a strip in one colour."""
    stamp = nearest_passing(palette.stamp, palette.strip, GRAPHIC_RATIO)
    text = nearest_passing(palette.stamp, palette.strip, TEXT_RATIO)
    return _inks(palette, stamp, text, [palette.strip], blend(palette.strip, stamp, _TINT), 1.0)


def veil(palette: Palette, seen: Sequence[Colour], at_least: float) -> tuple[float, Inks]:
    """Return how much of the strip's colour, 0 to 1, must lie over a picture, and the inks that stand out then.

    `seen` are the picture's darkest and lightest colour; all its others lie between them.
    """
    own = nearest_passing(palette.stamp, palette.strip, GRAPHIC_RATIO)
    for step in range(round(at_least * _STEPS), _STEPS):
        cover = step / _STEPS
        left = [blend(colour, palette.strip, cover) for colour in seen]
        if _stands_out(own, left):
            return cover, _inks_over(palette, own, left)
        if cover >= _MOST_VEIL and (other := _nearest_on_all(palette.stamp, [palette.strip, *left])):
            return cover, _inks_over(palette, other, left)
    return 1.0, mix_inks(palette)


def blend(start: Colour, end: Colour, share: float) -> Colour:
    """Return the colour `share` of the way, 0 to 1, from `start` to `end`, as laying `end` over it would."""
    pairs = zip((start.red, start.green, start.blue), (end.red, end.green, end.blue), strict=True)
    return Colour(*(round(a + (b - a) * share) for a, b in pairs))


def _inks_over(palette: Palette, stamp: Colour, seen: Sequence[Colour]) -> Inks:
    text = nearest_passing(stamp, palette.strip, TEXT_RATIO)
    return _inks(palette, stamp, text if _stands_out(text, seen) else stamp, seen, palette.strip, CALM)


def _inks(
    palette: Palette, stamp: Colour, text: Colour, seen: Sequence[Colour], hollow: Colour, cover: float
) -> Inks:
    mark = nearest_passing(palette.mark, stamp, GRAPHIC_RATIO)
    return Inks(palette.strip, stamp, mark, _quietest(stamp, palette.strip, seen), text, hollow, cover)


def _quietest(stamp: Colour, strip: Colour, seen: Sequence[Colour]) -> Colour:
    steps = (blend(strip, stamp, step / _STEPS) for step in range(1, _STEPS))
    return next((colour for colour in steps if _stands_out(colour, seen, _OUTLINE_RATIO)), stamp)


def _nearest_on_all(wanted: Colour, grounds: Sequence[Colour]) -> Colour | None:
    offers = [BLACK, WHITE, *(nearest_passing(wanted, ground, GRAPHIC_RATIO) for ground in grounds)]
    passing = [colour for colour in offers if _stands_out(colour, grounds)]
    return min(passing, key=lambda colour: difference(colour, wanted), default=None)


def _stands_out(colour: Colour, seen: Sequence[Colour], ratio: float = GRAPHIC_RATIO) -> bool:
    return all(contrast(colour, ground) >= ratio for ground in seen)
