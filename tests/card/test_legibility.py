from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from walletpass.card.colour import Colour, contrast
from walletpass.card.design import Palette
from walletpass.card.legibility import PAIRS, find_weak_pairs

BYTES = st.integers(0, 255)
COLOURS = st.builds(Colour, BYTES, BYTES, BYTES)
PALETTES = st.builds(Palette, *[COLOURS] * 6)

CLEAR = Palette(
    background=Colour.parse("#ffffff"),
    foreground=Colour.parse("#000000"),
    label=Colour.parse("#444444"),
    strip=Colour.parse("#eeeeee"),
    stamp=Colour.parse("#333333"),
    mark=Colour.parse("#ffffff"),
)


def test_a_legible_palette_has_no_weak_pairs() -> None:
    """Nothing is reported where everything can be read."""
    assert find_weak_pairs(CLEAR) == []


def test_text_needs_more_contrast_than_graphics() -> None:
    """A grey at 3.5:1 is refused as a label but accepted as a stamp."""
    grey = Colour.parse("#888888")
    weak = find_weak_pairs(replace(CLEAR, label=grey, strip=CLEAR.background, stamp=grey))
    assert [(pair.text_role, pair.background_role) for pair in weak] == [("label", "background")]


@given(PALETTES)
def test_every_weak_pair_is_named_with_a_colour_that_mends_it(palette: Palette) -> None:
    """What is reported fails, what is offered passes, and what is not reported passes."""
    weak = {(pair.text_role, pair.background_role): pair for pair in find_weak_pairs(palette)}
    for text_role, background_role, needed in PAIRS:
        background = getattr(palette, background_role)
        ratio = contrast(getattr(palette, text_role), background)
        pair = weak.get((text_role, background_role))
        assert (pair is not None) == (ratio < needed)
        if pair is not None:
            assert pair.ratio == ratio
            assert contrast(pair.offered, background) >= needed
