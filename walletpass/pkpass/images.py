"""Names of a pass's images.

https://developer.apple.com/design/human-interface-guidelines/wallet
"""

from collections.abc import Mapping

PassImages = Mapping[str, Mapping[int, bytes]]
"""Image name -> scale (1, 2, 3) -> PNG."""

STORE_CARD_IMAGES = ("icon", "logo", "strip")

_SUFFIXES = {1: "", 2: "@2x", 3: "@3x"}
_PNG_START = b"\x89PNG\r\n\x1a\n"


def image_files(images: PassImages) -> dict[str, bytes]:
    """File name -> PNG. Raises ValueError for what would make a phone refuse or ignore an image."""
    if not images.get("icon"):
        raise ValueError("a pass without an icon is refused")
    files = {}
    for name, scales in images.items():
        if name not in STORE_CARD_IMAGES:
            raise ValueError(f"a store card has no image {name!r}")
        for scale, png in scales.items():
            if not png.startswith(_PNG_START):
                raise ValueError(f"image {name!r} at scale {scale} is not a PNG")
            files[f"{name}{_SUFFIXES[scale]}.png"] = png
    return files
