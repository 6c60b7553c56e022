"""What a camera sees: a code held in front of it, as a film for Chromium's fake camera."""

from pathlib import Path

import qrcode
from PIL import Image

_SIZE = (640, 480)
_FRAMES = 20


def film_code(text: str, path: Path) -> Path:
    code = qrcode.QRCode(box_size=8, border=4)
    code.add_data(text)
    return film_picture(code.make_image().get_image().convert("RGB"), path)


def film_picture(picture: Image.Image, path: Path) -> Path:
    """A motion JPEG of it, slightly turned and moving, on a grey counter."""
    with path.open("wb") as film:
        for number in range(_FRAMES):
            frame = Image.new("RGB", _SIZE, (110, 108, 104))
            held = picture.rotate(4, expand=True, fillcolor=(110, 108, 104))
            frame.paste(held, ((_SIZE[0] - held.width) // 2 + number % 5, (_SIZE[1] - held.height) // 2))
            frame.save(film, "JPEG", quality=80)
    return path


def camera_flags(film: Path) -> tuple[str, ...]:
    """For launching Chromium with that film as its camera."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
