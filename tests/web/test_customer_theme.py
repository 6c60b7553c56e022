"""Whatever colours a merchant chose, what is pressed can be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.card.colour import TEXT_RATIO, Colour, contrast
from walletpass.card.design import Palette
from walletpass.web import theme

BASE = Path(theme.__file__).parent / "static" / "base.css"
BYTES = st.integers(0, 255)
COLOURS = st.builds(Colour, BYTES, BYTES, BYTES)


def test_the_surfaces_are_those_of_the_stylesheet() -> None:
    found = re.findall(r"--surface: (#\w+);", BASE.read_text())
    full = ["#" + "".join(2 * digit for digit in c[1:]) if len(c) == 4 else c for c in found]
    assert full == [surface.hex for surface in theme.SURFACES.values()]


@pytest.mark.parametrize("scheme", theme.SURFACES)
@given(palette=st.builds(Palette, *(COLOURS for _ in range(6))))
def test_any_palette_makes_legible_buttons(scheme: str, palette: Palette) -> None:
    surface = theme.SURFACES[scheme]
    action, text = theme.choose_action(palette, surface)
    assert contrast(action, surface) >= TEXT_RATIO
    assert contrast(text, action) >= TEXT_RATIO
