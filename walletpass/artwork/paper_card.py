"""A card on paper, for people without a phone: the size of a bank card, tagged and with real text (PDF/UA-1)."""

from dataclasses import asdict, dataclass
from pathlib import Path

from walletpass.artwork.qr import qr_path
from walletpass.artwork.raster import svg_document
from walletpass.artwork.typesetting import typeset
from walletpass.card.design import Palette

_SOURCE = Path(__file__).with_name("paper_card.typ")
_CODE_UNITS = 100
_PICTURE_PPI = 300


@dataclass(frozen=True, slots=True)
class PaperCardText:
    """Everything on the card that is read, in its language."""

    language: str
    title: str
    name: str
    """The shop's."""
    member: str
    """Empty where no name is known."""
    deal: str
    code_label: str
    code: str
    """As it is typed in."""
    code_alt: str


def print_paper_card(
    text: PaperCardText, scan_code: str, palette: Palette, *, as_picture: bool = False
) -> bytes:
    """Return one page as a PDF, or as a PNG to show it. Raises Unprintable."""
    values = {
        **asdict(text),
        **{role: getattr(palette, role).hex for role in ("background", "foreground", "label")},
        "qr": svg_document(_CODE_UNITS, _CODE_UNITS, qr_path(scan_code, 0, 0, _CODE_UNITS)),
    }
    return typeset(_SOURCE, values, _PICTURE_PPI if as_picture else None)
