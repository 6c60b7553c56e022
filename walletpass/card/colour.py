"""Colours as three bytes, and the contrast between two of them (WCAG 2.2, success criterion 1.4.3)."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_BISECTIONS = 16

TEXT_RATIO = 4.5
"""What text needs on its background (WCAG 2.2, 1.4.3)."""
GRAPHIC_RATIO = 3.0
"""What a meaningful shape needs against what is beside it (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True)
class Colour:
    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `#rrggbb`. Raises ValueError for anything else."""
        match = _HEX.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a colour of the form #rrggbb")
        return cls(*(int(part, 16) for part in match.groups()))

    @property
    def hex(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 (black) to 1 (white): https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
        red, green, blue = _linear(self)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)


def contrast(a: Colour, b: Colour) -> float:
    """From 1 (the same) to 21 (black and white): https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    darker, lighter = sorted((a.luminance, b.luminance))
    return (lighter + 0.05) / (darker + 0.05)


def difference(a: Colour, b: Colour) -> float:
    """How far apart two colours look: their distance in OKLab. Black and white are 1 apart."""
    return math.dist(_oklab(a), _oklab(b))


def nearest_passing(text: Colour, background: Colour, ratio: float = TEXT_RATIO) -> Colour:
    """Return the colour most like `text`, in the same hue, that stands out from `background`.

    Raises ValueError if neither black nor white reaches `ratio`, which cannot happen up to 4.58 (√21).
    """

    def passes(colour: Colour) -> bool:
        return contrast(colour, background) >= ratio

    if passes(text):
        return text
    ends = [end for end in (BLACK, WHITE) if passes(end)]
    if not ends:
        raise ValueError(f"nothing reaches {ratio}:1 on {background.hex}")
    found = [_nearest_toward(end, text, passes) for end in ends]
    return min(ends + found, key=lambda colour: difference(colour, text))


def _nearest_toward(end: Colour, text: Colour, passes: Callable[[Colour], bool]) -> Colour:
    """Move lightness from `text` toward `end`, which passes, no further than needed."""
    failing, a, b = _oklab(text)
    passing = _oklab(end)[0]
    best = end
    for _ in range(_BISECTIONS):
        lightness = (failing + passing) / 2
        colour = _most_colourful(lightness, a, b)
        if passes(colour):
            passing, best = lightness, colour
        else:
            failing = lightness
    return best


def _most_colourful(lightness: float, a: float, b: float) -> Colour:
    """Return the colour of this lightness and hue that is as vivid as (a, b), or as a screen can show."""
    channels = _from_oklab(lightness, a, b)
    shown, too_vivid = 0.0, 1.0
    if not _on_screen(channels):
        for _ in range(_BISECTIONS):
            share = (shown + too_vivid) / 2
            if _on_screen(_from_oklab(lightness, a * share, b * share)):
                shown = share
            else:
                too_vivid = share
        channels = _from_oklab(lightness, a * shown, b * shown)
    return Colour(*(_byte(channel) for channel in channels))


def _on_screen(channels: tuple[float, float, float]) -> bool:
    return all(-1e-6 <= channel <= 1 + 1e-6 for channel in channels)


def _linear(colour: Colour) -> tuple[float, float, float]:
    return _channel(colour.red), _channel(colour.green), _channel(colour.blue)


def _channel(byte: int) -> float:
    part = byte / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _byte(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    part = channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(part * 255)


def _oklab(colour: Colour) -> tuple[float, float, float]:
    """Lightness 0 to 1 and two axes of hue, as published in https://bottosson.github.io/posts/oklab/."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """Return linear red, green and blue; outside 0 to 1 where a screen cannot show the colour."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
