"""A strip with a running number: the merchant's sign, the number, and a bar if there is an end to reach."""

from walletpass.artwork import signs
from walletpass.artwork.fonts import Weight, text_width
from walletpass.artwork.inks import Inks
from walletpass.artwork.layout import MARGIN, MOST_SLOTS, STRIP_HEIGHT, STRIP_WIDTH
from walletpass.artwork.raster import svg_text
from walletpass.card.card import Progress

WIDTH, HEIGHT = STRIP_WIDTH - 2 * MARGIN, STRIP_HEIGHT - 2 * MARGIN
"""Points; the drawing fills the safe area of the strip."""
_DISC, _BESIDE_DISC = 60, 14
_NUMBER, _BEFORE_GOAL, _GOAL = 60, 8, 30
_CAPITALS = 0.7
"""Height of a figure as a share of the text size, in every weight of the typeface."""
_MIDDLE_WITH_BAR = 34
_TRACK, _TRACK_TOP, _TRACK_CORNER, _SEGMENT_GAP = 10, 98, 4, 3
_GIFT, _GIFT_MIDDLE = 18, 84
_GROUPED_FROM = 10_000


def draw_counter(progress: Progress, inks: Inks, glyph: bytes | None) -> str:
    """Return the body of an SVG of `WIDTH` × `HEIGHT`."""
    number, goal = _figures(progress.count), progress.goal
    if goal is None or goal < 1:
        return _head(number, "", HEIGHT / 2, inks, glyph)
    head = _head(number, f"/ {_figures(goal)}", _MIDDLE_WITH_BAR, inks, glyph)
    return head + _bar(progress.count, goal, inks) + _gifts(progress, goal, inks)


def _head(number: str, goal: str, middle: float, inks: Inks, glyph: bytes | None) -> str:
    """The sign on a stamp and the number, centred as one group; long numbers are set smaller."""
    space = _BEFORE_GOAL if goal else 0
    number_width = text_width(number, _NUMBER, Weight.EXTRABOLD)
    words = number_width + space + text_width(goal, _GOAL, Weight.SEMIBOLD)
    ratio = min(1.0, (WIDTH - _DISC - _BESIDE_DISC) / words)
    left = (WIDTH - _DISC - _BESIDE_DISC - words * ratio) / 2
    text = left + _DISC + _BESIDE_DISC
    base = middle + _NUMBER * ratio * _CAPITALS / 2
    return (
        f'<circle cx="{left + _DISC / 2:g}" cy="{middle:g}" r="{_DISC / 2:g}" fill="{inks.stamp.hex}"/>'
        + f'<g transform="translate({left:g} {middle - _DISC / 2:g})">'
        + signs.glyph(glyph, inks.mark, _DISC / 2, _DISC * 0.62)
        + "</g>"
        + svg_text(number, text, base, _NUMBER * ratio, inks.text, Weight.EXTRABOLD)
        + svg_text(
            goal, text + (number_width + space) * ratio, base, _GOAL * ratio, inks.text, Weight.SEMIBOLD
        )
    )


def _bar(count: int, goal: int, inks: Inks) -> str:
    """One segment per unit while they can be told apart, else a smooth bar."""
    if goal > MOST_SLOTS:
        return _pill(0, WIDTH, inks, filled=False) + _pill(0, WIDTH * min(count / goal, 1), inks, filled=True)
    pitch = (WIDTH + _SEGMENT_GAP) / goal
    return "".join(
        _pill(pitch * unit, pitch - _SEGMENT_GAP, inks, filled=unit < count) for unit in range(goal)
    )


def _pill(left: float, width: float, inks: Inks, *, filled: bool) -> str:
    if filled:
        look, line = f'fill="{inks.stamp.hex}"', 0.0
    else:
        line = 1.25
        look = inks.empty_look(line)
    return (
        f'<rect x="{left + line / 2:.3f}" y="{_TRACK_TOP + line / 2:g}" width="{max(width - line, 0):.3f}"'
        f' height="{_TRACK - line:g}" rx="{_TRACK_CORNER - line / 2:g}" {look}/>'
    )


def _gifts(progress: Progress, goal: int, inks: Inks) -> str:
    """Rewards above the ends of their segments; of two that would touch, the later one is shown."""
    drawn, free = "", float(WIDTH)
    for milestone in sorted(progress.milestones, reverse=True):
        right = max(WIDTH * milestone / goal, _GIFT)
        if right <= free:
            free = right - _GIFT
            colour = inks.text if milestone <= progress.count else inks.outline
            place = f"translate({right - _GIFT / 2:.3f} {_GIFT_MIDDLE})"
            drawn += f'<g transform="{place}">{signs.gift(colour, 0, _GIFT)}</g>'
    return drawn


def _figures(number: int) -> str:
    text = f"{number:,}".replace(",", "\N{NO-BREAK SPACE}") if abs(number) >= _GROUPED_FROM else str(number)
    return text.replace("-", "\N{MINUS SIGN}")
