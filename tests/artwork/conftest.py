"""Designs and pictures to draw with."""

import hashlib
import io
from collections.abc import Callable

import pytest
from PIL import Image

from walletpass.card.colour import Colour
from walletpass.card.design import Design, Palette, Role, Shape

NIGHT = Palette(
    *(Colour.parse(c) for c in ("#0f2a5f", "#ffffff", "#b9ccf5", "#17387c", "#f2c14e", "#10264f"))
)

Sketch = Callable[..., tuple[Design, dict[str, bytes]]]


@pytest.fixture(scope="session")
def sketch() -> Sketch:
    """Return a maker of a design and the bytes of its images, which are given by role."""

    def make(
        shape: Shape = Shape.ROUND,
        palette: Palette = NIGHT,
        organization: str = "Café Ærø",
        **images: bytes,
    ) -> tuple[Design, dict[str, bytes]]:
        digests = {Role(role): hashlib.sha256(data).hexdigest() for role, data in images.items()}
        design = Design("coffee", organization, shape, palette, {"en": {}}, "en", digests)
        return design, dict(zip(digests.values(), images.values(), strict=True))

    return make


@pytest.fixture(scope="session")
def png() -> Callable[[Image.Image], bytes]:
    def encode(image: Image.Image) -> bytes:
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()

    return encode


@pytest.fixture(scope="session")
def pixels() -> Callable[[bytes], Image.Image]:
    def decode(data: bytes) -> Image.Image:
        return Image.open(io.BytesIO(data)).convert("RGBA")

    return decode
