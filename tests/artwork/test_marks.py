"""Icon and logo."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from walletpass.artwork.marks import draw_icon, draw_logo, needs_name
from walletpass.card.design import Role

NAMES = [
    "<script>alert(1)</script>",
    "Smith & Sons",
    "quotes \" and '",
    "]]>",
    "&#0;",
    "🍕🍕🍕",
    "مقهى البلد",
    "\u202egnp.exe",
    "\x00\x1b\ud800\ufffe",
    "",
    "Donaudampfschifffahrtsgesellschaft" * 6,
    "a b " * 50,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_becomes_a_logo(sketch, pixels, name):
    """It fits into 160 × 50 points and something can be seen."""
    design, images = sketch(organization=name)
    for scale, data in draw_logo(design, images).items():
        logo = pixels(data)
        assert logo.width <= 160 * scale
        assert logo.height <= 50 * scale
        assert logo.getbbox() is not None


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=[]), max_size=200))
@example("\ud83c")
def test_no_name_breaks_the_drawing(sketch, pixels, name):
    design, images = sketch(organization=name)
    assert pixels(draw_logo(design, images)[1]).width <= 160


def test_a_logo_has_no_empty_edges_and_the_cards_colour(sketch, pixels):
    """Wallet adds the space around it; a watch would cut padding off."""
    design, images = sketch(organization="Kaffe")
    logo = pixels(draw_logo(design, images)[3])
    left, top, right, bottom = logo.getbbox()
    assert max(left, top, logo.width - right, logo.height - bottom) < 3
    assert (255, 255, 255, 255) in {colour for _, colour in logo.getcolors(100_000)}


def test_names_of_different_length_use_the_box(sketch, pixels):
    """A long name takes two lines rather than small letters."""
    heights = {
        name: pixels(draw_logo(*sketch(organization=name))[1]).height
        for name in ("Kaffe", "Bakkerij De Gouden Korst")
    }
    assert heights["Bakkerij De Gouden Korst"] > heights["Kaffe"]


def test_letters_we_lack_are_not_drawn_as_boxes(sketch):
    """Half a name is wrong and boxes are worse, so the glyph stands for the shop."""
    assert draw_logo(*sketch(organization="咖啡")) == draw_logo(*sketch(organization="مقهى"))
    assert draw_logo(*sketch(organization="咖啡")) != draw_logo(*sketch(organization="Kaffe"))


def test_a_merchants_logo_keeps_its_proportions(sketch, pixels, png):
    design, images = sketch(logo=png(Image.new("RGB", (600, 200), (10, 120, 90))))
    logo = pixels(draw_logo(design, images)[2])
    assert logo.size == (300, 100)
    assert logo.getpixel((logo.width // 2, logo.height // 2)) == (10, 120, 90, 255)


def test_icons_are_square_in_apples_sizes(sketch, pixels, png):
    """From an image, from the glyph, and from nothing."""
    red = png(Image.new("RGB", (500, 500), "red"))
    for design, images in (sketch(), sketch(glyph=red), sketch(icon=red)):
        sizes = {scale: pixels(data).size for scale, data in draw_icon(design, images).items()}
        assert sizes == {1: (38, 38), 2: (76, 76), 3: (114, 114)}


def test_an_icon_is_opaque_and_shows_a_sign_on_the_cards_colour(sketch, pixels):
    icon = pixels(draw_icon(*sketch())[3])
    assert icon.getpixel((1, 1)) == (0x0F, 0x2A, 0x5F, 255)
    assert icon.getpixel((57, 57)) == (255, 255, 255, 255)
    assert icon.getchannel("A").getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("name", "with_logo", "needed"),
    [
        ("Café Ærø", False, False),
        ("東京カフェ", False, True),
        ("مقهى", False, True),
        ("東京カフェ", True, False),
    ],
)
def test_a_name_that_the_logo_cannot_say_is_written_beside_it(sketch, name, with_logo, needed):
    design, _ = sketch(organization=name)
    shown = replace(design, images={Role.LOGO: "0" * 64}) if with_logo else design
    assert needs_name(shown) is needed
