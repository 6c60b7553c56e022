"""Images: which a style shows, their names, sizes, and whether they can be decoded.

https://developer.apple.com/documentation/walletpasses/creating-the-source-for-a-pass
"""

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from PIL import Image

from walletpass.pkpass.check.catalogue import found, listing
from walletpass.pkpass.check.findings import Finding
from walletpass.pkpass.check.keys import CLASSIC_STYLES, POSTER
from walletpass.pkpass.check.shape import likely_name

_MAX_PIXELS = 64_000_000
"""Of all images of a package together."""
_HEADER = struct.Struct(">8s4x4sII")
_PNG = b"\x89PNG\r\n\x1a\n"
_NAME = re.compile(r"(?:(?P<folder>[^/]+\.lproj)/)?(?P<base>[^/@]+?)(?P<scale>@[23]x)?\.png")
_SCALES = {"": 1, "@2x": 2, "@3x": 3}
_DECODING_FAULTS = (OSError, SyntaxError, ValueError, EOFError, zlib.error, struct.error)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an image is shown: its largest size in points, or its only one where it is `exact`."""

    styles: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...]
    exact: bool = False


_ALL = (*CLASSIC_STYLES, POSTER)
SLOTS: Mapping[str, Slot] = {
    "icon": Slot(_ALL, ((38, 38), (29, 29)), exact=True),
    "logo": Slot(CLASSIC_STYLES, ((160, 50),)),
    "strip": Slot(("storeCard", "coupon", "eventTicket"), ((375, 144), (375, 123), (375, 98)), exact=True),
    "thumbnail": Slot(("generic", "eventTicket"), ((90, 90),)),
    "background": Slot(("eventTicket",), ((180, 220), (345, 505)), exact=True),
    "artwork": Slot(("eventTicket", POSTER), ((358, 448),), exact=True),
    "footer": Slot(("boardingPass",), ((286, 15),)),
    "primaryLogo": Slot(("eventTicket", "boardingPass", POSTER), ((126, 30),)),
    "secondaryLogo": Slot(("eventTicket",), ((135, 12),)),
    "personalizationLogo": Slot(("storeCard",), ((150, 40),)),
}


@dataclass(frozen=True, slots=True)
class ImageName:
    path: str
    folder: str
    """`en.lproj`, or empty at the root."""
    base: str
    scale: str

    @classmethod
    def parse(cls, path: str) -> "ImageName | None":
        """None for paths where no image of a pass lies."""
        match = _NAME.fullmatch(path)
        return match and cls(path, match["folder"] or "", match["base"], match["scale"] or "")


def find_images(files: Mapping[str, bytes]) -> list[ImageName]:
    """The files under names that Wallet knows, sorted by path."""
    names = (ImageName.parse(path) for path in sorted(files))
    return [name for name in names if name and name.base in SLOTS]


def check_images(files: Mapping[str, bytes], styles: frozenset[str]) -> Iterator[Finding]:
    """`styles` are those that the pass has; none where pass.json cannot be read."""
    images = find_images(files)
    if not any(image.base == "icon" for image in images):
        yield found("icon_missing", "icon.png")
    yield from _check_pictures(images, files)
    yield from _check_scales(images)
    yield from _check_use(images, styles)
    for path in sorted(files):
        name = ImageName.parse(path)
        if name and name.base not in SLOTS and (likely := likely_name(name.base, SLOTS)):
            yield found("image_misspelt", path, likely=f"{likely}{name.scale}.png")


def _check_pictures(images: list[ImageName], files: Mapping[str, bytes]) -> Iterator[Finding]:
    room = _MAX_PIXELS
    for image in images:
        data = files[image.path]
        size = _read_size(data)
        if size is None:
            yield found("image_not_png", image.path)
        elif (pixels := size[0] * size[1]) > room:
            yield found("image_huge", image.path, width=size[0], height=size[1])
        else:
            room -= pixels
            yield from (
                _check_size(image, size) if _is_decodable(data) else [found("image_broken", image.path)]
            )


def _is_decodable(data: bytes) -> bool:
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
    except _DECODING_FAULTS:
        return False
    return True


def _read_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < _HEADER.size:
        return None
    magic, chunk, width, height = _HEADER.unpack_from(data)
    return (width, height) if magic == _PNG and chunk == b"IHDR" else None


def _check_size(image: ImageName, size: tuple[int, int]) -> Iterator[Finding]:
    slot, factor = SLOTS[image.base], _SCALES[image.scale]
    wanted = [(width * factor, height * factor) for width, height in slot.sizes]
    fits = size in wanted if slot.exact else size[0] <= wanted[0][0] and size[1] <= wanted[0][1]
    if not fits:
        yield found(
            "image_size",
            image.path,
            actual="{}×{}".format(*size),
            bound="exactly" if slot.exact else "at most",
            wanted="{}×{}".format(*wanted[0]),
        )


def _check_scales(images: list[ImageName]) -> Iterator[Finding]:
    """An icon without its larger scales is blurred everywhere; others are blurred where they are shown."""
    for (folder, base), group in groupby(images, key=lambda image: (image.folder, image.base)):
        missing = _SCALES.keys() - {image.scale for image in group} - {""}
        if missing:
            code = "icon_scale_missing" if base == "icon" else "image_scale_missing"
            yield found(code, f"{folder}/{base}.png".lstrip("/"), scales=listing(missing))


def _check_use(images: list[ImageName], styles: frozenset[str]) -> Iterator[Finding]:
    bases = {image.base for image in images}
    for base in sorted(bases):
        if styles and not styles.intersection(SLOTS[base].styles):
            yield found("image_not_shown", f"{base}.png", style=listing(styles))
    if "eventTicket" in styles and "strip" in bases and bases & {"background", "thumbnail"}:
        yield found("strip_beside_background", "strip.png")
