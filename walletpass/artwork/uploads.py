"""Pictures that people send: read with suspicion, and made anew from their pixels alone."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from PIL import Image, ImageCms, ImageOps

from walletpass.card.design import Role
from walletpass.loyalty.wording import Sentence, Value, sentence

MAX_BYTES = 5_000_000
MAX_PIXELS = 25_000_000
MAX_JPEG_SCANS = 100
"""Cameras and editors write about ten; each one more makes the decoder walk over the whole picture again."""

FORMATS = ("PNG", "JPEG", "WEBP")

SENTENCES = {
    "empty_upload": sentence("The file is empty."),
    "upload_too_large": sentence("The file is too large. At most %(megabytes)s MB are accepted."),
    "unknown_format": sentence("This is not a picture that can be used. Send a PNG, JPEG or WebP file."),
    "too_many_pixels": sentence("The picture is too large. At most %(megapixels)s megapixels are accepted."),
    "mixed_content": sentence("The file holds more than a picture. Save it as a new PNG or JPEG file."),
    "damaged_picture": sentence("The picture is damaged or incomplete. Save it again and send the new file."),
    "blank_picture": sentence("There is nothing to see in this picture: it is transparent everywhere."),
}


class UploadRefused(Exception):
    """A picture that is not taken. `code` is a key of SENTENCES; the values fill its sentence."""

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.sentence: Sentence = replace(SENTENCES[code], values=values)


@dataclass(frozen=True, slots=True)
class Upload:
    png: bytes
    digest: str
    """Lower-case hex SHA-256 of `png`."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    jpeg: bytes
    digest: str
    """Lower-case hex SHA-256 of `jpeg`."""


@dataclass(frozen=True, slots=True)
class Box:
    """The largest picture a role has use for, in pixels, and how one is brought into it."""

    width: int
    height: int
    place: Callable[[Image.Image, "Box", tuple[float, float]], Image.Image]
    trim: bool = False
    """Cut transparent borders off first."""


def read_upload(data: bytes, role: Role, centre: tuple[float, float] = (0.5, 0.5)) -> Upload:
    """Decode a PNG, JPEG or WebP and return what `role` needs of it as a fresh sRGB PNG.

    Of a moving picture the first frame is taken. `centre` is the point that stays in view where a picture
    is cropped, from (0, 0) at the top left to (1, 1). Raises UploadRefused.
    """
    picture, visible = _open(data)
    box = BOXES[role]
    if box.trim:
        picture = picture.crop(visible)
    return _encode(box.place(picture, box, centre))


def read_photo(data: bytes) -> Photo:
    """Decode a PNG, JPEG or WebP and return its middle as a fresh square sRGB JPEG on white.

    Nothing is left of what the camera noted, such as where it was. Raises UploadRefused.
    """
    square = _cover(_open(data)[0], _PHOTO, (0.5, 0.5))
    paper = Image.new("RGB", square.size, "white")
    paper.paste(square, mask=square)
    target = io.BytesIO()
    paper.save(target, "JPEG", quality=_PHOTO_QUALITY)
    jpeg = target.getvalue()
    return Photo(jpeg, hashlib.sha256(jpeg).hexdigest())


def _open(data: bytes) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The picture, and the part of it where there is something to see."""
    picture = _upright_srgb(_decode(data))
    visible = picture.getchannel("A").getbbox()
    if visible is None:
        raise UploadRefused("blank_picture")
    return picture, visible


def _decode(data: bytes) -> Image.Image:
    _refuse_by_bytes(data)
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # Pillow's parsers raise nearly anything on bytes that were made to hurt
        raise UploadRefused("unknown_format") from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    try:
        picture.load()
    except Exception as error:
        raise UploadRefused("damaged_picture") from error
    return picture


def _too_many_pixels() -> UploadRefused:
    return UploadRefused("too_many_pixels", megapixels=MAX_PIXELS // 1_000_000)


_OTHER_CONTENT = re.compile(rb"<(?:script|html|\?php|!doctype|!entity)", re.IGNORECASE)


def _refuse_by_bytes(data: bytes) -> None:
    if not data:
        raise UploadRefused("empty_upload")
    if len(data) > MAX_BYTES:
        raise UploadRefused("upload_too_large", megabytes=MAX_BYTES // 1_000_000)
    if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")):
        raise UploadRefused("unknown_format")
    # Only pixels are kept, so such a file could do no harm; but nobody sends one by accident. Bytes behind
    # the picture alone are no sign: many telephones put a film or an edit there.
    if b"%PDF-" in data[:1024] or _OTHER_CONTENT.search(data) or zipfile.is_zipfile(io.BytesIO(data)):
        raise UploadRefused("mixed_content")
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise UploadRefused("damaged_picture")


def _upright_srgb(picture: Image.Image) -> Image.Image:
    """Turn as the camera was held, and express the colours as every screen understands them: 8-bit RGBA."""
    profile = picture.info.get("icc_profile")
    with suppress(Exception):  # what a broken EXIF block says about turning is worth nothing
        picture = ImageOps.exif_transpose(picture)
    picture = _eight_bits(picture)
    if profile:
        picture = _to_srgb(picture, profile)
    return picture.convert("RGBA")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Bring palettes and deep greys to a form that a colour profile can be applied to."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("1", "P", "PA", "LA", "La") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a profile that cannot be used or does not fit: most viewers ignore it as well
    return converted or picture


def _fit(picture: Image.Image, box: Box, centre: tuple[float, float]) -> Image.Image:
    """Make it smaller until all of it is inside the box; never larger."""
    picture.thumbnail((box.width, box.height), Image.Resampling.LANCZOS)
    return picture


def _pad(picture: Image.Image, box: Box, centre: tuple[float, float]) -> Image.Image:
    """All of it on a transparent ground with the box's proportions."""
    side = min(box.width, max(picture.size))
    return ImageOps.pad(picture, (side, side), Image.Resampling.LANCZOS, color=(0, 0, 0, 0))


def _cover(picture: Image.Image, box: Box, centre: tuple[float, float]) -> Image.Image:
    """Crop to the box's proportions around `centre`; make smaller where it is larger, never larger."""
    scale = min(picture.width / box.width, picture.height / box.height, 1)
    size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=centre)


# Pixels at three per point: https://developer.apple.com/design/human-interface-guidelines/wallet
BOXES = {
    Role.LOGO: Box(480, 150, _fit, trim=True),
    Role.ICON: Box(114, 114, _pad),
    Role.STRIP: Box(1125, 432, _cover),
    Role.GLYPH: Box(256, 256, _fit, trim=True),
}
_PHOTO = Box(384, 384, _cover)
_PHOTO_QUALITY = 82


def _encode(picture: Image.Image) -> Upload:
    bare = Image.new("RGBA", picture.size)
    bare.paste(picture)
    if bare.getchannel("A").getextrema() == (255, 255):
        bare = bare.convert("RGB")
    target = io.BytesIO()
    bare.save(target, "PNG", optimize=True)
    png = target.getvalue()
    return Upload(png, hashlib.sha256(png).hexdigest(), bare.width, bare.height)
