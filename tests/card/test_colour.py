import pytest
from hypothesis import given
from hypothesis import strategies as st

from walletpass.card.colour import BLACK, WHITE, Colour, contrast, difference, nearest_passing

BYTES = st.integers(0, 255)
COLOURS = st.builds(Colour, BYTES, BYTES, BYTES)
RATIOS = st.sampled_from([1.0, 3.0, 4.5])


@given(COLOURS)
def test_hex_survives_parsing(colour: Colour) -> None:
    """What a colour writes, it reads."""
    assert Colour.parse(colour.hex) == colour


@pytest.mark.parametrize(
    "text", ["", "red", "#fff", "#12345", "#12345g", "#1234567", "rgb(1,2,3)", " #123456", "#123456\n"]
)
def test_only_six_hex_digits_are_a_colour(text: str) -> None:
    """Other notations are refused instead of guessed."""
    with pytest.raises(ValueError, match="not a colour"):
        Colour.parse(text)


@pytest.mark.parametrize(
    ("text", "background", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
        ("#ffffff", "#ffffff", 1.0),
    ],
)
def test_contrast_agrees_with_published_values(text: str, background: str, ratio: float) -> None:
    """Known pairs have the ratios that WCAG checkers show."""
    assert contrast(Colour.parse(text), Colour.parse(background)) == pytest.approx(ratio, abs=0.001)


@given(COLOURS, COLOURS)
def test_contrast_does_not_depend_on_order(a: Colour, b: Colour) -> None:
    """Light on dark reads as well as dark on light."""
    assert contrast(a, b) == contrast(b, a)
    assert 1 <= contrast(a, b) <= 21


@given(COLOURS, COLOURS, RATIOS)
def test_the_offered_colour_passes(text: Colour, background: Colour, ratio: float) -> None:
    """Whatever is offered may be used."""
    assert contrast(nearest_passing(text, background, ratio), background) >= ratio


@given(COLOURS, COLOURS, RATIOS)
def test_a_passing_colour_is_left_alone(text: Colour, background: Colour, ratio: float) -> None:
    """Nothing is changed without need, so offering twice offers the same."""
    offered = nearest_passing(text, background, ratio)
    assert nearest_passing(offered, background, ratio) == offered
    if contrast(text, background) >= ratio:
        assert offered == text


@given(COLOURS, COLOURS, RATIOS)
def test_the_offered_colour_is_no_further_than_black_or_white(
    text: Colour, background: Colour, ratio: float
) -> None:
    """A merchant's colour is bent, not replaced by an extreme that is further away."""
    offered = nearest_passing(text, background, ratio)
    for extreme in (BLACK, WHITE):
        if contrast(extreme, background) >= ratio:
            assert difference(offered, text) <= difference(extreme, text)


@given(COLOURS, BYTES)
def test_the_offered_colour_is_nearly_the_nearest_on_the_way_to_black(text: Colour, share: int) -> None:
    """No darker shade of the text's own colour that passes on white is clearly closer than the offer."""
    shade = Colour(*(round(part * share / 255) for part in (text.red, text.green, text.blue)))
    offered = nearest_passing(text, WHITE)
    if contrast(shade, WHITE) >= 4.5:
        assert difference(offered, text) <= difference(shade, text) + 0.01


def test_a_saturated_colour_keeps_its_hue() -> None:
    """An orange that is too light on white comes back as a darker orange, not as grey."""
    offered = nearest_passing(Colour.parse("#f08a24"), WHITE)
    assert offered.red > offered.green > offered.blue
    assert offered.red - offered.blue > 120


def test_an_impossible_ratio_is_an_error() -> None:
    """On a middle grey nothing reaches 7:1, and that is said."""
    with pytest.raises(ValueError, match="nothing reaches"):
        nearest_passing(BLACK, Colour(119, 119, 119), 7)
