"""Draws the pictures of a card. No picture is kept anywhere: each follows from the design and the progress."""

from collections.abc import Mapping

from walletpass.artwork.marks import draw_icon, draw_logo
from walletpass.artwork.strip import draw_strip
from walletpass.card.card import Progress
from walletpass.card.design import Design

__all__ = ["draw_images"]


def draw_images(
    design: Design, progress: Progress, image_bytes: Mapping[str, bytes]
) -> dict[str, dict[int, bytes]]:
    """Return Apple's image name -> scale -> PNG.

    `image_bytes` holds what `design.images` names: SHA-256 -> PNG, or SVG of a card template. Raises KeyError
    if one is missing.
    """
    return {
        "icon": draw_icon(design, image_bytes),
        "logo": draw_logo(design, image_bytes),
        "strip": draw_strip(design, progress, image_bytes),
    }
