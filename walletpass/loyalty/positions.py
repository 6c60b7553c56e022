"""Positions on the earth: read as people paste them from a map, and how far apart they are."""

import math
import re
from dataclasses import dataclass

from walletpass.loyalty.refusals import Refusal

_EARTH_RADIUS = 6_371_008.8
"""Metres, the mean one: within half a per cent of what a surveyor would measure."""
_LONGEST = 60
_DIGITS = 6
"""Decimals that are kept: a tenth of a metre."""
_NUMBER = r"([+-]?\d{1,3}[.,]\d{1,20})"
"""With decimals: "52,37" alone is half a position and not 52 degrees north, 37 east."""
_PAIR = re.compile(rf"\(?{_NUMBER}(?:\s*[,;]\s*|\s+){_NUMBER}\)?", re.ASCII)
_WHOLE = r"([+-]?\d{1,3}(?:[.,]\d{1,20})?)"
_APART = re.compile(rf"\(?{_WHOLE}(?:\s*;\s*|\s*,?\s+){_WHOLE}\)?", re.ASCII)
"""Without decimals, a comma between the two needs a space after it."""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees on WGS 84, as maps and phones use it."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.{_DIGITS}f}, {self.longitude:.{_DIGITS}f}"


def read_position(text: str) -> Position:
    """`52.37, 4.90`: latitude first; a decimal comma is understood. Raises Refusal bad_position."""
    pasted = text.strip()
    found = _PAIR.fullmatch(pasted) or _APART.fullmatch(pasted) if len(text) <= _LONGEST else None
    if found is None:
        raise Refusal("bad_position")
    latitude, longitude = (round(float(number.replace(",", ".")), _DIGITS) for number in found.groups())
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Refusal("bad_position")
    return Position(latitude, longitude)


def measure_distance(one: Position, other: Position) -> float:
    """Metres along the great circle, by the haversine formula, which stays exact for neighbours."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    return 2 * _EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))
