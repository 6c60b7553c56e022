"""The picture across the middle of a card, which shows how far its holder has come."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from PIL import Image

from walletpass.artwork import counter
from walletpass.artwork.ground import Ground, lay_ground
from walletpass.artwork.indexed import make_palette, to_indexed_png
from walletpass.artwork.inks import Inks
from walletpass.artwork.layout import MARGIN, MOST_SLOTS, STRIP_HEIGHT, STRIP_WIDTH, Layout, arrange
from walletpass.artwork.raster import SCALES, draw_scales, image_for, svg_document, svg_image, to_png
from walletpass.artwork.stamps import BLEED, Face, draw_face, draw_faces, face_of
from walletpass.card.card import Progress
from walletpass.card.design import Design, Palette, Role, Shape

_Faces = Mapping[Face, Image.Image]


class _StampKit(NamedTuple):
    """What all counts of a design share."""

    ground: Ground
    faces: Mapping[int, _Faces]
    colours: Image.Image


def draw_strip(design: Design, progress: Progress, image_bytes: Mapping[str, bytes]) -> dict[int, bytes]:
    """Return scale -> PNG of 375 × 144 points.

    `image_bytes` holds what `design.images` names: SHA-256 -> PNG, or SVG of a card template. Stamps need a
    goal of 1 to 30; any other progress is drawn as a number. Raises KeyError if an image is missing.
    """
    picture = image_for(design, Role.STRIP, image_bytes)
    glyph = image_for(design, Role.GLYPH, image_bytes)
    if _is_counted(design, progress):
        return _draw_counter(lay_ground(design.palette, picture), progress, glyph)
    layout = arrange(progress.goal or 0)
    kit = _stamp_kit(design.palette, picture, design.shape, layout.size, glyph)
    return {scale: _place_stamps(kit, layout, progress, scale) for scale in SCALES}


def draw_strip_svg(design: Design, progress: Progress, image_bytes: Mapping[str, bytes]) -> str:
    """Return the same picture as an SVG of 375 × 144 with sharp stamps at any size, for print."""
    picture = image_for(design, Role.STRIP, image_bytes)
    glyph = image_for(design, Role.GLYPH, image_bytes)
    ground = lay_ground(design.palette, picture)
    body = svg_image(to_png(ground.pictures[max(SCALES)]), ground.inks.strip, 0, 0, STRIP_WIDTH, STRIP_HEIGHT)
    if _is_counted(design, progress):
        drawn = counter.draw_counter(progress, ground.inks, glyph)
        body += f'<g transform="translate({MARGIN} {MARGIN})">{drawn}</g>'
    else:
        body += _stamps_svg(arrange(progress.goal or 0), design.shape, progress, ground.inks, glyph)
    return svg_document(STRIP_WIDTH, STRIP_HEIGHT, body)


def _stamps_svg(layout: Layout, shape: Shape, progress: Progress, inks: Inks, glyph: bytes | None) -> str:
    half = layout.size / 2
    faces = {face: draw_face(face, shape, layout.size, inks, glyph) for face in Face}
    return "".join(
        f'<g transform="translate({x - half:g} {y - half:g})">'
        f"{faces[face_of(slot, progress.count, progress.milestones)]}</g>"
        for slot, (x, y) in enumerate(layout.centres, start=1)
    )


def _is_counted(design: Design, progress: Progress) -> bool:
    """Whether a running number shows the progress, not stamps."""
    if progress.counted or design.shape is Shape.COUNTER:
        return True
    return not 1 <= (progress.goal or 0) <= MOST_SLOTS


@lru_cache(maxsize=16)
def _stamp_kit(
    palette: Palette, picture: bytes | None, shape: Shape, size: int, glyph: bytes | None
) -> _StampKit:
    ground = lay_ground(palette, picture)
    faces = draw_faces(shape, size, ground.inks, glyph)
    side = size + 2 * BLEED
    sheet = Image.new("RGB", (side * len(Face), side), palette.strip.hex)
    for face, image in faces[1].items():
        sheet.paste(image, (face * side, 0), image)
    return _StampKit(ground, faces, make_palette(ground.inks.all, ground.colours, sheet))


def _place_stamps(kit: _StampKit, layout: Layout, progress: Progress, scale: int) -> bytes:
    picture = kit.ground.pictures[scale].copy()
    half = layout.size / 2 + BLEED
    for slot, (x, y) in enumerate(layout.centres, start=1):
        image = kit.faces[scale][face_of(slot, progress.count, progress.milestones)]
        picture.paste(image, (round((x - half) * scale), round((y - half) * scale)), image)
    return to_indexed_png(picture, kit.colours)


def _draw_counter(ground: Ground, progress: Progress, glyph: bytes | None) -> dict[int, bytes]:
    drawn = draw_scales(counter.WIDTH, counter.HEIGHT, counter.draw_counter(progress, ground.inks, glyph))
    pictures = {scale: ground.pictures[scale].copy() for scale in SCALES}
    for scale, picture in pictures.items():
        picture.paste(drawn[scale], (MARGIN * scale, MARGIN * scale), drawn[scale])
    colours = make_palette(ground.inks.all, ground.colours, pictures[1])
    return {scale: to_indexed_png(picture, colours) for scale, picture in pictures.items()}
