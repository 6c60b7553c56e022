"""The front of a card, from what goes into a pass."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walletpass.artwork import draw_images
from walletpass.artwork.preview import draw_front, draw_front_svg
from walletpass.card.card import Progress

SVG = "{http://www.w3.org/2000/svg}"
anything = st.text(st.characters(exclude_categories=[]), max_size=200)


@pytest.fixture(scope="session")
def images(sketch):
    design, images = sketch()
    return draw_images(design, Progress(3, 8, (8,)), images)


def field(value, label="Label"):
    return {"key": f"{label}{value}"[:20], "label": label, "value": value}


def front(header=(), primary=(), secondary=(), auxiliary=(), **other):
    return {
        "backgroundColor": "rgb(15, 42, 95)",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(185, 204, 245)",
        "barcodes": [{"format": "PKBarcodeFormatQR", "message": "SCANME0", "altText": "SCAN-ME0"}],
        "storeCard": {
            "headerFields": header,
            "primaryFields": primary,
            "secondaryFields": secondary,
            "auxiliaryFields": auxiliary,
            "backFields": [field("never on the front")],
        },
        **other,
    }


def words_on(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter(SVG + "text") if node.text]


def test_every_field_of_the_front_is_there(images):
    """Labels in capitals as on a phone; nothing from the back."""
    pass_json = front(
        header=[field("3 of 8", "Stamps")],
        primary=[field("€ 21.75", "Balance")],
        secondary=[field("Free coffee", "Next")],
        auxiliary=[field("Anna Kovács", "Member")],
        logoText="Ærø",
    )
    words = words_on(draw_front_svg(pass_json, images))
    assert {"STAMPS", "3 of 8", "BALANCE", "€ 21.75", "NEXT", "Free coffee", "MEMBER", "Anna Kovács"} <= set(
        words
    )
    assert {"Ærø", "SCAN-ME0"} <= set(words)
    assert "never on the front" not in words


@pytest.mark.parametrize("count", range(13))
def test_a_short_label_is_never_cut(images, count):
    """Where a field gets just what it needs, rounding must not take its last letters."""
    words = words_on(draw_front_svg(front(header=[field(f"{count} of 12", "Stamps")]), images))
    assert {"STAMPS", f"{count} of 12"} <= set(words)


def test_the_picture_has_the_cards_colour_and_round_corners(images, pixels):
    picture = pixels(draw_front(front(header=[field("3 of 8")]), images))
    assert picture.size == (750, 1000)
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((40, 960)) == (15, 42, 95, 255)


def test_the_strip_lies_untouched_in_its_place(images, pixels):
    """The preview and the pass share the very same picture."""
    picture = pixels(draw_front(front(), images)).crop((0, 140, 750, 428))
    assert picture.tobytes() == pixels(images["strip"][2]).tobytes()


def test_the_code_stands_on_white_with_a_quiet_zone(images, pixels):
    picture = pixels(draw_front(front(), images)).convert("L")
    dark = picture.crop((209, 610, 541, 900)).point(lambda level: 255 * (level < 128)).getbbox()
    assert dark is not None
    assert picture.getpixel((215, 640)) == 255


@settings(max_examples=25)
@given(st.lists(anything, min_size=1, max_size=4), anything, anything)
def test_no_text_breaks_out_of_its_element(images, values, label, logo_text):
    """Whatever people write stays text: the drawing is well-formed and has no element of theirs."""
    fields = [field(value, label) for value in values]
    svg = draw_front_svg(front(header=fields[:1], secondary=fields, logoText=logo_text), images)
    tags = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "rect", "image", "text", "path"}


@pytest.mark.parametrize(
    "text", ["</text><script>alert(1)</script>", '" onload="x', "&lt;", "<![CDATA[", "W" * 300]
)
def test_hostile_text_is_drawn(images, pixels, text):
    pass_json = front(header=[field(text, text)], secondary=[field(text, text)] * 4, logoText=text)
    assert pixels(draw_front(pass_json, images)).size == (750, 1000)


def test_a_card_without_code_or_fields_is_drawn(images, pixels):
    assert pixels(draw_front({"storeCard": {}}, images)).getpixel((100, 900)) == (255, 255, 255, 255)
