"""The typeface of our drawings: where its files lie, how wide a text is, what of it can be drawn."""

import unicodedata
from enum import IntEnum
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

FAMILY = "Figtree"
_FOLDER = Path(__file__).parent / "fonts"
_MEASURED_AT = 200
_ELLIPSIS = "…"
_ROUNDING = 0.01
"""Points by which a text may be wider than its room: adding widths up must not cost a text its end."""
_NEVER_IN_A_FONT = "\U0010ffff"


class Weight(IntEnum):
    """The weights that the build makes files of."""

    REGULAR = 400
    SEMIBOLD = 600
    EXTRABOLD = 800

    @property
    def file(self) -> Path:
        return _FOLDER / f"figtree-{self.value}.ttf"


class FontsMissing(Exception):
    def __init__(self, missing: list[Path]) -> None:
        names = ", ".join(path.name for path in missing)
        super().__init__(f"{names} not found in {_FOLDER}. Run tools/build_assets.py (`make run` does).")


@cache
def font_files() -> list[str]:
    """Return the paths for the rasteriser. Raises FontsMissing if the build has not made them."""
    missing = [weight.file for weight in Weight if not weight.file.is_file()]
    if missing:
        raise FontsMissing(missing)
    return [str(weight.file) for weight in Weight]


def one_line(text: str) -> str:
    """Drop characters that XML forbids or that nobody sees; white space becomes single spaces."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if not unicodedata.category(letter).startswith("C"))


def without_symbols(text: str) -> str:
    """Leave out emoji and other signs that the typeface lacks; letters stay, whether it has them or not."""
    kept = (letter for letter in text if _is_letter(letter) or _is_drawn(letter))
    return " ".join("".join(kept).split())


def can_draw(text: str) -> bool:
    return all(letter.isspace() or _is_drawn(letter) for letter in text)


def text_width(text: str, size: float, weight: Weight) -> float:
    """Width of one line, in the unit of `size`."""
    return _font(weight).getlength(text) * size / _MEASURED_AT


def shorten(text: str, size: float, weight: Weight, width: float) -> str:
    """Return `text`, or as much of it as fits into `width` with an ellipsis; the ellipsis alone if need be."""

    def fits(shown: str) -> bool:
        return text_width(shown, size, weight) <= width + _ROUNDING

    if fits(text):
        return text
    taken, too_many = 0, len(text)
    while too_many - taken > 1:
        middle = (taken + too_many) // 2
        if fits(text[:middle].rstrip() + _ELLIPSIS):
            taken = middle
        else:
            too_many = middle
    return text[:taken].rstrip() + _ELLIPSIS


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"


@lru_cache(maxsize=4096)
def _is_drawn(letter: str) -> bool:
    """The typeface draws every character it lacks as the same box."""
    return _ink(letter) != _ink(_NEVER_IN_A_FONT)


def _ink(letter: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(Weight.REGULAR).getmask(letter)
    return mask.size, bytes(mask)


@cache
def _font(weight: Weight) -> ImageFont.FreeTypeFont:
    """Layout without Raqm, so that a width does not depend on what Pillow was built with."""
    font_files()
    return ImageFont.truetype(weight.file, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
