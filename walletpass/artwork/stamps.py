"""The four faces of a slot: empty or filled, plain or with a reward."""

from enum import IntEnum
from functools import lru_cache
from math import cos, pi, sin, sqrt

from PIL import Image

from walletpass.artwork import signs
from walletpass.artwork.inks import Inks
from walletpass.artwork.raster import draw_scales
from walletpass.card.design import Shape

BLEED = 1
"""Points around a slot, so that its smoothed edge is not cut."""
_SCALLOPS = 12
_ROUNDNESS = 1.15
"""Radius of a scallop as a share of half its chord; 1 would be half circles."""
_RING_FROM = 36
"""Points; smaller stamps are clearer without the fine inner ring."""


class Face(IntEnum):
    EMPTY = 0
    FILLED = 1
    EMPTY_REWARD = 2
    FILLED_REWARD = 3


def face_of(slot: int, count: int, milestones: tuple[int, ...]) -> Face:
    """Slots are counted from 1."""
    return Face((slot <= count) + 2 * (slot in milestones))


@lru_cache(maxsize=64)
def draw_faces(
    shape: Shape, size: int, inks: Inks, glyph: bytes | None
) -> dict[int, dict[Face, Image.Image]]:
    """Return scale -> face -> RGBA image, square, `size` and twice the bleed wide."""
    cell = size + 2 * BLEED
    row = "".join(
        f'<g transform="translate({face * cell + BLEED} {BLEED})">{draw_face(face, shape, size, inks, glyph)}</g>'
        for face in Face
    )
    sheets = draw_scales(cell * len(Face), cell, row)
    return {
        scale: {face: _cut(sheet, face, cell * scale) for face in Face} for scale, sheet in sheets.items()
    }


def _cut(sheet: Image.Image, face: Face, side: int) -> Image.Image:
    return sheet.crop((face * side, 0, (face + 1) * side, side))


def draw_face(face: Face, shape: Shape, size: int, inks: Inks, glyph: bytes | None) -> str:
    """Return the body of an SVG of `size` × `size`."""
    middle, reward = size / 2, face >= Face.EMPTY_REWARD
    line = min(max(size * 0.04, 1.25), 2.25)
    if face in (Face.EMPTY, Face.EMPTY_REWARD):
        ring = _edge(shape, size, line / 2, reward, inks.empty_look(line))
        return ring + (signs.gift(inks.outline, middle, size * 0.46) if reward else "")
    disc = _edge(shape, size, 0, reward, f'fill="{inks.stamp.hex}"')
    if size >= _RING_FROM:
        look = f'fill="none" stroke="{inks.mark.hex}" stroke-opacity=".45" stroke-width="{line / 2:g}"'
        disc += _edge(shape, size, size * 0.07, reward, look)
    if reward:
        return disc + signs.gift(inks.mark, middle, size * 0.5)
    return disc + signs.glyph(glyph, inks.mark, middle, size * 0.62)


def _edge(shape: Shape, size: float, inset: float, reward: bool, look: str) -> str:
    """The outer form of a slot, drawn `inset` inside its square."""
    radius = size / 2 - inset
    if reward:
        outline = _scalloped(radius) if shape is Shape.ROUND else _plaque(radius)
        return f'<path transform="translate({size / 2:g} {size / 2:g})" d="{outline}" {look}/>'
    if shape is Shape.ROUND:
        return f'<circle cx="{size / 2:g}" cy="{size / 2:g}" r="{radius:g}" {look}/>'
    corner = max(size * 0.24 - inset, 0)
    side = 2 * radius
    return f'<rect x="{inset:g}" y="{inset:g}" width="{side:g}" height="{side:g}" rx="{corner:g}" {look}/>'


def _scalloped(radius: float) -> str:
    """A rosette around the origin; its bulges reach `radius`."""
    half = pi / _SCALLOPS
    rise = _ROUNDNESS - sqrt(_ROUNDNESS**2 - 1)
    waist = radius / (cos(half) + sin(half) * rise)
    bulge = waist * sin(half) * _ROUNDNESS
    points = [(waist * sin(2 * half * step), -waist * cos(2 * half * step)) for step in range(_SCALLOPS)]
    arcs = "".join(f"A{bulge:.3f} {bulge:.3f} 0 0 1 {x:.3f} {y:.3f}" for x, y in points[1:] + points[:1])
    return f"M{points[0][0]:.3f} {points[0][1]:.3f}{arcs}Z"


def _plaque(radius: float) -> str:
    """A square around the origin whose corners are cut out round."""
    notch = radius * 0.36
    side = 2 * (radius - notch)
    bite = f"a{notch:.3f} {notch:.3f} 0 0 0"
    return (
        f"M{notch - radius:.3f} {-radius:.3f}h{side:.3f}{bite} {notch:.3f} {notch:.3f}"
        f"v{side:.3f}{bite} {-notch:.3f} {notch:.3f}"
        f"h{-side:.3f}{bite} {-notch:.3f} {-notch:.3f}"
        f"v{-side:.3f}{bite} {notch:.3f} {-notch:.3f}Z"
    )
