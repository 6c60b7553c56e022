"""QR codes as SVG."""

from itertools import groupby
from typing import Any

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

_QUIET_ZONE = 4
"""Modules that stay white on every side (ISO/IEC 18004, 6.3.8)."""


def draw_qr(message: str) -> str:
    """Return an SVG of its own: black on white, quiet zone included. Raises DataOverflowError as `qr_path`."""
    rows = _matrix(message, _QUIET_ZONE)
    side = len(rows)
    runs = "".join(_runs(row, number) for number, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{runs}"/></svg>'
    )


def qr_path(message: str, left: float, top: float, side: float) -> str:
    """Return a black code without quiet zone, `side` wide. Raises DataOverflowError if `message` is too long."""
    rows = _matrix(message, 0)
    runs = "".join(_runs(row, number) for number, row in enumerate(rows))
    place = f"translate({left:g} {top:g}) scale({side / len(rows):.5f})"
    return f'<path transform="{place}" shape-rendering="crispEdges" d="{runs}"/>'


def _matrix(message: str, border: int) -> list[list[bool]]:
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_M, border=border)
    code.add_data(message)
    return code.get_matrix()


def _runs(row: list[bool], number: int) -> str:
    drawn, column = "", 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            drawn += f"M{column} {number}h{length}v1h-{length}z"
        column += length
    return drawn
