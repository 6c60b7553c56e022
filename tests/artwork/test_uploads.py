import hashlib
import io
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from walletpass.artwork import uploads
from walletpass.artwork.uploads import BOXES, Upload, UploadRefused, read_photo, read_upload
from walletpass.card.design import Role

RED = (200, 30, 40)
FORMATS = ("PNG", "JPEG", "WEBP")


def picture(width: int = 60, height: int = 40, colour: tuple[int, ...] = RED) -> Image.Image:
    return Image.new("RGB" if len(colour) == 3 else "RGBA", (width, height), colour)


def encoded(image: Image.Image, format_: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, format_, **options)
    return target.getvalue()


def opened(upload: Upload) -> Image.Image:
    return Image.open(io.BytesIO(upload.png), formats=["PNG"])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int, pixels: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def refused(data: bytes, role: Role = Role.LOGO) -> str:
    with pytest.raises(UploadRefused) as caught:
        read_upload(data, role)
    assert caught.value.sentence.message % caught.value.sentence.values
    return caught.value.code


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("role", Role)
def test_common_pictures_become_png_inside_the_roles_box(format_: str, role: Role) -> None:
    """PNG, JPEG and WebP are taken for every role, and what comes out fits it."""
    upload = read_upload(encoded(picture(2000, 1500), format_), role)
    result = opened(upload)
    result.load()
    assert result.size == (upload.width, upload.height)
    assert result.width <= BOXES[role].width
    assert result.height <= BOXES[role].height
    assert upload.digest == hashlib.sha256(upload.png).hexdigest()


def test_the_same_picture_has_the_same_digest() -> None:
    """Content names an upload, so sending it twice stores it once."""
    data = encoded(picture(), "JPEG")
    assert read_upload(data, Role.STRIP) == read_upload(data, Role.STRIP)


def test_a_small_picture_is_not_blown_up() -> None:
    """Enlarging adds bytes and no detail."""
    assert read_upload(encoded(picture(30, 20)), Role.LOGO).width == 30
    assert read_upload(encoded(picture(30, 20)), Role.STRIP).width == 30


def test_a_strip_is_cropped_to_its_proportions() -> None:
    """A strip of any source has the shape the card shows."""
    upload = read_upload(encoded(picture(3000, 3000), "JPEG"), Role.STRIP)
    assert (upload.width, upload.height) == (1125, 432)


def test_the_merchant_chooses_what_stays_in_view() -> None:
    """Cropping keeps the chosen point: the top of a picture, or its bottom."""
    image = picture(1125, 2000, (255, 0, 0))
    image.paste((0, 0, 255), (0, 1000, 1125, 2000))
    data = encoded(image)
    top = opened(read_upload(data, Role.STRIP, centre=(0.5, 0.0)))
    bottom = opened(read_upload(data, Role.STRIP, centre=(0.5, 1.0)))
    assert top.getpixel((500, 200)) == (255, 0, 0)
    assert bottom.getpixel((500, 200)) == (0, 0, 255)


def test_an_icon_is_square_and_shows_all_of_the_picture() -> None:
    """A wide sign is not cut at its ends; the rest of the square is transparent."""
    result = opened(read_upload(encoded(picture(400, 200)), Role.ICON))
    assert result.size == (114, 114)
    assert result.getpixel((2, 57)) == (*RED, 255)
    assert result.getpixel((57, 2)) == (0, 0, 0, 0)


def test_transparent_borders_of_a_logo_are_cut_off() -> None:
    """A logo in a large empty canvas is not shown tiny."""
    image = Image.new("RGBA", (1000, 1000))
    image.paste((*RED, 255), (400, 450, 600, 500))
    upload = read_upload(encoded(image), Role.LOGO)
    assert (upload.width, upload.height) == (200, 50)


def test_a_turned_photograph_is_set_upright() -> None:
    """The orientation a camera noted is applied before it is dropped."""
    image = picture(60, 40, (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6
    upload = read_upload(encoded(image, "JPEG", exif=exif), Role.LOGO)
    assert (upload.width, upload.height) == (40, 60)


def test_no_metadata_leaves() -> None:
    """Comments, EXIF with its coordinates, and profiles stay behind: the result holds pixels only."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret place")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (
        encoded(picture(), "PNG", pnginfo=text, exif=exif, icc_profile=profile),
        encoded(picture(), "JPEG", comment=b"secret place", exif=exif, icc_profile=profile),
    ):
        assert b"secret place" in data
        result = opened(read_upload(data, Role.LOGO))
        result.load()
        assert result.info == {}


def test_a_colour_profile_is_applied_before_it_is_dropped() -> None:
    """A colour written in another space looks the same afterwards, and transparency survives."""
    swapped = _profile_with_red_and_green_swapped()
    for colour in (RED, (*RED, 255)):
        data = encoded(picture(60, 40, colour), "PNG", icc_profile=swapped)
        pixel = opened(read_upload(data, Role.LOGO)).getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[1] > 150 > pixel[0]


def _profile_with_red_and_green_swapped() -> bytes:
    """Exchange the tag addresses of rXYZ and gXYZ in the table of an sRGB profile."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


def test_a_broken_colour_profile_is_ignored() -> None:
    """As viewers do: the picture counts, not the profile."""
    upload = read_upload(encoded(picture(), "PNG", icc_profile=b"no profile" * 20), Role.LOGO)
    assert opened(upload).getpixel((5, 5)) == RED


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [("L", 90, (90, 90, 90)), ("I;16", 257 * 90, (90, 90, 90)), ("1", 1, (255, 255, 255))],
)
def test_grey_pictures_of_any_depth_keep_their_tone(mode: str, value: int, expected: tuple[int, ...]) -> None:
    """One, eight and sixteen bits of grey come out as the grey that was meant."""
    upload = read_upload(encoded(Image.new(mode, (30, 20), value)), Role.LOGO)
    assert opened(upload).getpixel((5, 5)) == expected


def test_print_colours_become_screen_colours() -> None:
    """A CMYK JPEG from a printer's folder is taken."""
    upload = read_upload(encoded(Image.new("CMYK", (30, 20), (0, 255, 255, 0)), "JPEG"), Role.LOGO)
    assert opened(upload).getpixel((5, 5)) == pytest.approx((255, 0, 0), abs=3)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_taken(format_: str) -> None:
    """Wallets show stills."""
    data = encoded(picture(), format_, save_all=True, append_images=[picture(colour=(0, 0, 255))] * 3)
    result = opened(read_upload(data, Role.LOGO))
    assert result.getpixel((5, 5))[:3] == pytest.approx(RED, abs=3)  # type: ignore[index]
    assert getattr(result, "n_frames", 1) == 1


OTHER_KINDS = {
    "nothing": (b"", "empty_upload"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unknown_format"),
    "html": (b"<!doctype html><script>alert(1)</script>", "unknown_format"),
    "pdf": (b"%PDF-1.7\n", "unknown_format"),
    "gif": (encoded(picture(), "GIF"), "unknown_format"),
    "bmp": (encoded(picture(), "BMP"), "unknown_format"),
    "tiff": (encoded(picture(), "TIFF"), "unknown_format"),
    "ico": (encoded(picture(), "ICO"), "unknown_format"),
    "avif": (encoded(picture(), "AVIF"), "unknown_format"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100), "unknown_format"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "unknown_format"),
    "sound in a RIFF": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(100), "unknown_format"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "unknown_format"),
    "no width": (png_claiming(0, 5), "unknown_format"),
    "no pixels": (png_claiming(50, 50), "damaged_picture"),
    "transparent everywhere": (encoded(picture(colour=(9, 9, 9, 0))), "blank_picture"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_anything_but_a_whole_picture_is_refused(kind: str) -> None:
    """Other formats, empty ones and empty shells are refused, whatever they are named."""
    data, code = OTHER_KINDS[kind]
    assert refused(data) == code


@pytest.mark.parametrize("format_", FORMATS)
def test_a_truncated_picture_is_refused(format_: str) -> None:
    """Half an upload is not shown as half a picture."""
    data = encoded(Image.effect_noise((300, 200), 80).convert("RGB"), format_)
    assert refused(data[: len(data) // 2]) in ("damaged_picture", "unknown_format")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "addition",
    [b"<script>alert(1)</script>", b"<HTML><body>", b"<?php system(1) ?>"],
    ids=["js", "html", "php"],
)
def test_a_picture_that_is_also_a_page_is_refused(format_: str, addition: bytes) -> None:
    """A file that another program could take for markup is not taken for a picture."""
    assert refused(encoded(picture(), format_) + addition) == "mixed_content"


def test_a_picture_that_is_also_an_archive_or_a_document_is_refused() -> None:
    """A picture with a ZIP archive behind it, or a PDF inside its first kilobyte, is two things."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("evil.class", b"x")
    assert refused(encoded(picture(), "JPEG") + archive.getvalue()) == "mixed_content"
    assert refused(encoded(picture(), "JPEG", comment=b"%PDF-1.4 ...")) == "mixed_content"


def test_a_film_behind_a_telephones_photograph_is_left_out() -> None:
    """Telephones append what they like to a JPEG; the picture is taken and nothing else."""
    upload = read_upload(encoded(picture(), "JPEG") + b"\x00\x00\x00\x18ftypmp42" + bytes(5000), Role.LOGO)
    assert b"ftyp" not in upload.png


def test_a_file_over_the_limit_is_refused_unread() -> None:
    """Bytes are counted before anything looks at them."""
    assert refused(encoded(picture()) + bytes(uploads.MAX_BYTES)) == "upload_too_large"


@pytest.mark.parametrize("side", [5_001, 9_500, 14_000, 65_535])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    """A bomb is recognised by its head: nothing is unpacked, so it costs no time and no memory."""
    began = time.process_time()
    assert refused(png_claiming(side, side, bytes(1000))) == "too_many_pixels"
    assert time.process_time() - began < 0.5


def test_a_bomb_in_a_comment_is_refused() -> None:
    """A compressed text block that unpacks to a gigabyte is not unpacked."""
    bomb = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    data = encoded(picture())
    assert refused(data[:33] + chunk(b"zTXt", bomb) + data[33:]) == "unknown_format"


def test_a_jpeg_of_endless_refinement_is_refused() -> None:
    """Thousands of scans in a small file would keep the decoder busy for minutes."""
    data = encoded(picture(2000, 2000), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert refused(data[:-2] + scan * 5000 + data[-2:]) == "damaged_picture"


SEEDS = [encoded(picture(24, 16), format_) for format_ in FORMATS]


def _takes_or_refuses(data: bytes) -> None:
    try:
        upload = read_upload(data, Role.STRIP)
    except UploadRefused:
        return
    opened(upload).load()


@settings(max_examples=200)
@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x00\x01\x00\x00WEBP"]), st.binary()
)
def test_random_bytes_end_in_a_refusal(start: bytes, rest: bytes) -> None:
    """Nothing but a refusal comes out of noise, also behind a real signature."""
    _takes_or_refuses(start + rest)


@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=8))
def test_a_picture_with_wrong_bytes_is_taken_or_refused(
    seed: bytes, changes: list[tuple[float, int]]
) -> None:
    """Flipped bytes give a picture or a refusal, never another error."""
    data = bytearray(seed)
    for place, value in changes:
        data[int(place * len(data))] = value
    _takes_or_refuses(bytes(data))


@settings(max_examples=60)
@given(st.sampled_from(Role), st.integers(1, 700), st.integers(1, 700))
def test_every_size_fits_its_role(role: Role, width: int, height: int) -> None:
    """Lines of one pixel and squares alike end inside the box, with at least one pixel."""
    upload = read_upload(encoded(picture(width, height)), role)
    assert 1 <= upload.width <= BOXES[role].width
    assert 1 <= upload.height <= BOXES[role].height


@pytest.mark.parametrize(("width", "height", "side"), [(2000, 1500, 384), (300, 900, 300), (1, 1, 1)])
def test_a_photo_is_the_square_in_the_middle_and_never_blown_up(width: int, height: int, side: int) -> None:
    with Image.open(io.BytesIO(read_photo(encoded(picture(width, height))).jpeg)) as photo:
        assert (photo.format, photo.mode, photo.size) == ("JPEG", "RGB", (side, side))


def test_a_photo_does_not_tell_where_it_was_taken() -> None:
    """EXIF with a position, a comment and a profile go in; pixels come out."""
    exif = Image.Exif()
    exif[0x010E] = "Secret street"
    exif.get_ifd(0x8825)[1] = "N"
    content = read_photo(encoded(picture(), "JPEG", exif=exif, comment=b"Secret street")).jpeg
    assert b"Secret" not in content
    with Image.open(io.BytesIO(content)) as photo:
        assert not photo.getexif()
        assert set(photo.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_stands_on_white_where_nothing_is() -> None:
    cut_out = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    cut_out.paste(RED, (10, 10, 30, 30))
    with Image.open(io.BytesIO(read_photo(encoded(cut_out)).jpeg)) as photo:
        assert min(photo.getpixel((1, 1))) > 250


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", png_claiming(20_000, 20_000), encoded(picture(9, 9, (0, 0, 0, 0)))]
)
def test_what_is_no_picture_is_no_photo(data: bytes) -> None:
    with pytest.raises(UploadRefused):
        read_photo(data)
