"""A QR code as one path of an SVG."""

from itertools import groupby
from typing import Any

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M


def qr_path(message: str, left: float, top: float, side: float) -> str:
    """Return a black code without quiet zone, `side` wide. Raises DataOverflowError if `message` is too long."""
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(message)
    rows = code.get_matrix()
    runs = "".join(_runs(row, number) for number, row in enumerate(rows))
    place = f"translate({left:g} {top:g}) scale({side / len(rows):.5f})"
    return f'<path transform="{place}" shape-rendering="crispEdges" d="{runs}"/>'


def _runs(row: list[bool], number: int) -> str:
    drawn, column = "", 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            drawn += f"M{column} {number}h{length}v1h-{length}z"
        column += length
    return drawn
