"""The poster for the counter: a tagged PDF with real text (PDF/UA-1), in the colours of the card."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from walletpass.artwork.marks import draw_logo
from walletpass.artwork.qr import qr_path
from walletpass.artwork.raster import open_image, svg_document, svg_image
from walletpass.artwork.strip import draw_strip_svg
from walletpass.artwork.typesetting import Unprintable, typeset
from walletpass.card.card import Progress
from walletpass.card.colour import BLACK
from walletpass.card.design import Design, Role

_SOURCE = Path(__file__).with_name("poster.typ")
_CODE_UNITS = 100
_PICTURE_PPI = 72


class Paper(StrEnum):
    A4 = "a4"
    A5 = "a5"


_WIDTHS = {Paper.A4: 210, Paper.A5: 148}
"""Millimetres."""


@dataclass(frozen=True, slots=True)
class PosterText:
    """Everything on the poster that is read, in its language."""

    language: str
    name: str
    deal: tuple[str, ...]
    """One line per reward."""
    promise: str
    steps: tuple[str, ...]
    type_in: str
    """What stands above the address that is typed in."""
    link: str
    code_alt: str
    strip_alt: str

    @property
    def title(self) -> str:
        return f"{self.name}: {'; '.join(self.deal)}"


def print_poster(
    text: PosterText,
    address: str,
    paper: Paper,
    design: Design,
    progress: Progress,
    image_bytes: Mapping[str, bytes],
    *,
    as_picture: bool = False,
) -> bytes:
    """Return one page as a PDF, or as a PNG to show it; `address` is what the code opens.

    The name stands as a logo where there is one. Where no typeface has the name's letters, the card's sign
    stands for it. Raises Unprintable.
    """
    values: dict[str, Any] = {
        **asdict(text),
        "title": text.title,
        "width": _WIDTHS[paper],
        **{role: getattr(design.palette, role).hex for role in ("background", "foreground", "label")},
        "strip": draw_strip_svg(design, progress, image_bytes),
        "code": svg_document(_CODE_UNITS, _CODE_UNITS, qr_path(address, 0, 0, _CODE_UNITS)),
    }
    values, pdf = _with_head(values, design, image_bytes)
    return typeset(_SOURCE, values, _PICTURE_PPI) if as_picture else pdf


def _with_head(
    values: dict[str, Any], design: Design, image_bytes: Mapping[str, bytes]
) -> tuple[dict[str, Any], bytes]:
    """The values with the name or what stands for it, and the PDF made of them."""
    logo = _logo_svg(design, image_bytes)
    if Role.LOGO not in design.images:
        with suppress(Unprintable):
            named = {**values, "logo": None}
            return named, typeset(_SOURCE, named)
    headed = {**values, "logo": logo}
    return headed, typeset(_SOURCE, headed)


def _logo_svg(design: Design, image_bytes: Mapping[str, bytes]) -> str:
    png = max(draw_logo(design, image_bytes).items())[1]
    width, height = open_image(png).size
    return svg_document(width, height, svg_image(png, BLACK, 0, 0, width, height))
