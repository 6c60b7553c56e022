import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.card.design import Role
from walletpass.card_templates.drawings import MAX_DEPTH, MAX_ELEMENTS, check_drawing

SHAPE = '<path d="M4 4h40v40z"/>'
LINK = "http://www.w3.org/1999/xlink"


def svg(body: str = SHAPE, before: str = "", attributes: str = 'fill="currentColor"') -> bytes:
    return (
        f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="{LINK}" viewBox="0 0 48 48"'
        f" {attributes}>{body}</svg>"
    ).encode()


def codes(drawing: bytes, role: Role = Role.ICON) -> set[str]:
    return {problem.code for problem in check_drawing(drawing, role)}


def test_shapes_and_gradients_may_be_drawn() -> None:
    """What the shipped drawings are made of is accepted."""
    gradient = '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
    assert (
        codes(svg(gradient + '<title>Sky</title><g opacity=".5"><rect width="9" fill="url(#g)"/></g>'))
        == set()
    )


BILLION_LAUGHS = "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"

HOSTILE = {
    "script": svg("<script>alert(1)</script>"),
    "handler": svg('<path d="M0 0" onclick="alert(1)"/>'),
    "handler on the root": svg(attributes='onload="alert(1)"'),
    "foreign object": svg("<foreignObject><p>hi</p></foreignObject>"),
    "another language": svg('<iframe xmlns="http://www.w3.org/1999/xhtml" src="/"/>'),
    "image": svg('<image href="file:///etc/passwd"/>'),
    "image in data": svg('<image xlink:href="data:image/svg+xml;base64,AAAA"/>'),
    "use": svg('<use href="#a"/>'),
    "link": svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>'),
    "style element": svg("<style>@import url(https://example.com/x.css)</style>"),
    "style attribute": svg('<path style="fill:url(https://example.com/)" d="M0 0"/>'),
    "animation": svg('<animate attributeName="href" to="javascript:alert(1)"/>'),
    "pattern": svg('<defs><pattern id="p"/></defs>'),
    "filter": svg('<filter id="f"/>'),
    "text": svg("<text>Hi</text>"),
    "remote paint": svg('<path fill="url(https://example.com/#a)" d="M0 0"/>'),
    "remote paint in disguise": svg('<path fill="\\75rl(//example.com)" d="M0 0"/>'),
    "paint with a fallback": svg('<path fill="URL(#a) url(//example.com)" d="M0 0"/>'),
    "endless dashes": svg('<path stroke-dasharray=".00001" d="M0 0"/>'),
    "entities": svg("&b;", BILLION_LAUGHS),
    "external entity": svg("&x;", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "document type": svg(before='<!DOCTYPE svg SYSTEM "https://example.com/svg.dtd">'),
    "stylesheet": svg(before='<?xml-stylesheet href="https://example.com/x.css"?>'),
    "drawing in a drawing": svg('<svg viewBox="0 0 9 9"/>'),
    "width of the root": svg(attributes='width="99999999"'),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_everything_that_is_no_shape_is_refused(kind: str) -> None:
    """Scripts, references, pictures, repetition and document types do not come near the rasteriser."""
    assert codes(HOSTILE[kind]) == {"unsafe_drawing"}


@pytest.mark.parametrize(
    "drawing",
    [
        b"",
        b"no drawing",
        b"<svg",
        svg()[:-3],
        b"\x89PNG\r\n\x1a\n",
        svg().decode().encode("utf-16"),
        b"<svg/>",
    ],
)
def test_what_is_no_svg_is_refused(drawing: bytes) -> None:
    """Broken XML, other encodings and other documents."""
    assert codes(drawing) == {"not_svg"}


def test_a_declared_encoding_changes_nothing() -> None:
    """The bytes are read as UTF-8 by everybody, or a second reader would see another drawing."""
    assert codes(svg(before="<?xml version='1.0' encoding='utf-7'?>")) == set()


def test_depth_and_number_of_elements_are_limited() -> None:
    """A drawing that would keep the rasteriser busy is refused quickly."""
    began = time.process_time()
    assert codes(svg("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH)) == {"drawing_too_rich"}
    assert codes(svg("<g/>" * MAX_ELEMENTS)) == {"drawing_too_rich"}
    assert codes(svg("<g/>" * (MAX_ELEMENTS - 1))) == set()
    assert time.process_time() - began < 0.5


def test_each_role_is_drawn_in_its_own_coordinates() -> None:
    """A glyph's drawing is no strip."""
    assert codes(svg(), Role.STRIP) == {"wrong_view_box"}


@pytest.mark.parametrize(
    "drawing",
    [
        svg(attributes='fill="#123456"'),
        svg(attributes=""),
        svg(attributes='fill="none"'),
        svg('<path stroke="red" d="M0 0"/>'),
    ],
)
def test_a_glyph_has_the_merchants_colour_only(drawing: bytes) -> None:
    """It is painted with currentColor, so that it follows the palette."""
    assert codes(drawing, Role.GLYPH) == {"not_one_colour"}


def test_every_problem_is_told_once() -> None:
    """Three scripts and a picture are two problems."""
    assert len(check_drawing(svg("<script/><script/><script/><image/>"), Role.ICON)) == 2


@given(st.one_of(st.binary(), st.text().map(svg), st.text("<>&;/!?[]#'\"= abc").map(svg)))
def test_noise_is_judged_without_an_error(drawing: bytes) -> None:
    """Random bytes and random markup get an answer."""
    check_drawing(drawing, Role.GLYPH)
