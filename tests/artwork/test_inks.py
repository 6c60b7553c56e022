"""Whatever colours a merchant chooses, progress can be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.artwork.inks import blend, mix_inks, veil
from walletpass.card.colour import BLACK, WHITE, Colour, contrast
from walletpass.card.design import Palette

levels = st.integers(0, 255)
colours = st.builds(Colour, levels, levels, levels)
palettes = st.builds(Palette, *[colours] * 6)


@given(palettes)
def test_stamps_slots_and_signs_stand_out(palette):
    """Filled stamps and outlines reach 3:1 on the strip, signs 3:1 on the stamp, numbers 4.5:1."""
    inks = mix_inks(palette)
    assert contrast(inks.stamp, palette.strip) >= 3
    assert contrast(inks.outline, palette.strip) >= 3
    assert contrast(inks.mark, inks.stamp) >= 3
    assert contrast(inks.text, palette.strip) >= 4.5


def test_colours_that_can_be_seen_are_left_alone():
    palette = Palette(WHITE, BLACK, BLACK, Colour(255, 250, 240), Colour(120, 60, 20), WHITE)
    inks = mix_inks(palette)
    assert (inks.stamp, inks.mark) == (palette.stamp, palette.mark)


def test_an_empty_slot_is_quieter_than_a_filled_one():
    inks = mix_inks(Palette(WHITE, BLACK, BLACK, WHITE, BLACK, WHITE))
    assert contrast(inks.outline, inks.strip) < contrast(inks.stamp, inks.strip) / 4


@given(palettes, colours, colours, st.sampled_from([0.0, 0.35]))
def test_stamps_stand_out_from_every_picture(palette, one, other, least):
    """Over a picture so much of the strip's colour is laid that stamps and outlines reach 3:1 on all of it."""
    seen = sorted((one, other), key=lambda colour: colour.luminance)
    cover, inks = veil(palette, seen, least)
    assert least <= cover <= 1
    for colour in seen:
        ground = blend(colour, palette.strip, cover)
        assert contrast(inks.stamp, ground) >= 3
        assert contrast(inks.outline, ground) >= 3
        assert contrast(inks.text, ground) >= 3
    assert contrast(inks.mark, inks.stamp) >= 3


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_blend_ends_at_its_colours(share):
    assert blend(BLACK, WHITE, share) == (WHITE if share else BLACK)
