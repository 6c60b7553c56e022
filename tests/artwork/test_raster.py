"""The gate through which text goes into an SVG."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from walletpass.artwork.fonts import Weight, one_line
from walletpass.artwork.raster import svg_document, svg_text
from walletpass.card.colour import BLACK


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_stays_text(text):
    """Markup, quotes, control characters and lone surrogates arrive as one text of a well-formed document."""
    document = svg_document(10, 10, svg_text(text, 0, 0, 10, BLACK, Weight.REGULAR))
    (drawn,) = ElementTree.fromstring(document)
    assert (drawn.text or "") == one_line(text)
    assert len(drawn) == 0
