"""Measuring text, and what of it can be drawn."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.artwork.fonts import (
    FontsMissing,
    Weight,
    can_draw,
    one_line,
    shorten,
    text_width,
    without_symbols,
)

anything = st.text(st.characters(exclude_categories=[]))


@given(anything, st.floats(20, 300))
def test_a_shortened_text_fits_and_is_a_beginning(text, width):
    line = one_line(text)
    short = shorten(line, 17, Weight.REGULAR, width)
    assert text_width(short, 17, Weight.REGULAR) <= width + 0.01
    assert short == line or line.startswith(short.removesuffix("…"))


def test_a_text_that_fits_is_left_alone():
    assert shorten("Kaffe", 17, Weight.REGULAR, 200) == "Kaffe"


@given(anything)
def test_a_line_has_nothing_that_xml_forbids(text):
    line = one_line(text)
    assert all(unicodedata.category(letter)[0] != "C" for letter in line)
    line.encode()


@pytest.mark.parametrize(
    "name", ["Ærø Øl", "Győr Kávézó", "Café ’t Hoekje", "Smørrebrød & Sønner", "Tűzoltó"]
)
def test_the_languages_of_our_pages_can_be_drawn(name):
    assert can_draw(name)


@pytest.mark.parametrize("name", ["مقهى", "咖啡", "Καφές", "☕"])
def test_other_scripts_are_known_to_be_missing(name):
    assert not can_draw(name)


def test_emoji_go_and_letters_stay():
    assert without_symbols("Pizza 🍕 Napoli") == "Pizza Napoli"
    assert without_symbols("☕ 咖啡") == "咖啡"


def test_missing_fonts_say_what_to_run():
    assert "tools/build_assets.py" in str(FontsMissing([Path("figtree-400.ttf")]))
