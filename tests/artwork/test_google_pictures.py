"""Pictures in the sizes of Google Wallet."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from walletpass import shipped
from walletpass.artwork.google import (
    HERO,
    ROUND_LOGO,
    WIDE_LOGO,
    draw_header_logo,
    draw_hero,
    draw_round_logo,
)
from walletpass.artwork.layout import STRIP_HEIGHT, STRIP_WIDTH
from walletpass.card.card import Progress
from walletpass.card_templates import CardTemplate, load_templates

_TEMPLATES = load_templates(shipped.CARD_TEMPLATES)[0]
_MOST_BYTES = 1_000_000


@pytest.mark.parametrize("template", _TEMPLATES.values(), ids=_TEMPLATES)
def test_every_picture_has_its_size_and_no_transparency(template: CardTemplate) -> None:
    design = template.design("Kovász")
    drawn = {
        HERO: draw_hero(design, Progress(3, 8, (8,)), template.images),
        (ROUND_LOGO, ROUND_LOGO): draw_round_logo(design, template.images),
        WIDE_LOGO: draw_header_logo(design, template.images),
    }
    for size, png in drawn.items():
        picture = Image.open(io.BytesIO(png))
        assert (picture.size, picture.mode, len(png) < _MOST_BYTES) == (size, "RGB", True)


@pytest.mark.parametrize("template", _TEMPLATES.values(), ids=_TEMPLATES)
def test_what_matters_of_a_logo_is_inside_the_circle(template: CardTemplate) -> None:
    logo = Image.open(io.BytesIO(draw_round_logo(template.design("Kovász"), template.images)))
    margin = round(ROUND_LOGO * 0.1)
    corner = logo.crop((0, 0, ROUND_LOGO, margin))
    assert corner.getextrema() == tuple((low, low) for low, _ in corner.getextrema())


@pytest.mark.parametrize("template", _TEMPLATES.values(), ids=_TEMPLATES)
def test_a_banner_shows_no_seam(template: CardTemplate) -> None:
    """It is wider than the strip, and goes on beside it as if it were one picture."""
    hero = Image.open(io.BytesIO(draw_hero(template.design("Kovász"), Progress(3, 8, (8,)), template.images)))
    shown = round(HERO[1] * STRIP_WIDTH / STRIP_HEIGHT)
    for edge in ((HERO[0] - shown) // 2, (HERO[0] + shown) // 2):
        beside, there = (hero.crop((x, 0, x + 1, HERO[1])) for x in (edge - 1, edge))
        assert max(ImageStat.Stat(ImageChops.difference(beside, there)).mean) < 3


def test_a_banner_shows_each_count() -> None:
    template = _TEMPLATES["bakery"]
    design = template.design("Kovász")
    drawn = {draw_hero(design, Progress(count, 8, (8,)), template.images) for count in range(9)}
    assert len(drawn) == 9
