"""Which pairs of a palette are too alike to be read, and what to use instead."""

from dataclasses import dataclass

from walletpass.card.colour import GRAPHIC_RATIO, TEXT_RATIO, Colour, contrast, nearest_passing
from walletpass.card.design import Palette

PAIRS = (
    ("foreground", "background", TEXT_RATIO),
    ("label", "background", TEXT_RATIO),
    ("stamp", "strip", GRAPHIC_RATIO),
    ("mark", "stamp", GRAPHIC_RATIO),
)
"""What is read, what it stands on, and the contrast it needs; roles are the fields of `Palette`."""


@dataclass(frozen=True, slots=True)
class WeakPair:
    text_role: str
    background_role: str
    ratio: float
    """Contrast as it is, 1 to 21."""
    needed: float
    offered: Colour
    """The nearest colour for `text_role` that passes on this background."""


def find_weak_pairs(palette: Palette) -> list[WeakPair]:
    """Return every pair under its ratio, in the order of `PAIRS`; empty if all can be read."""
    weak = []
    for text_role, background_role, needed in PAIRS:
        text: Colour = getattr(palette, text_role)
        background: Colour = getattr(palette, background_role)
        ratio = contrast(text, background)
        if ratio < needed:
            offered = nearest_passing(text, background, needed)
            weak.append(WeakPair(text_role, background_role, ratio, needed, offered))
    return weak
