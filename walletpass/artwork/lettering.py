"""A merchant's name as a logo: set in one line or two, as large as a box allows."""

from typing import NamedTuple

from walletpass.artwork.fonts import Weight, shorten, text_width

_WEIGHT = Weight.EXTRABOLD
_LARGEST, _SMALLEST_ALONE, _SMALLEST = 26.0, 19.0, 14.0
"""Text size at most, the one from which a name takes two lines instead, and the one at which it is shortened."""
_PITCH = 1.14
"""From line to line, in text sizes."""
_ABOVE_BASELINE = 0.86
"""Room for a capital with an accent, in text sizes."""


class Line(NamedTuple):
    text: str
    baseline: float
    """From the top of the box."""
    size: float
    weight: Weight


def set_in_box(name: str, width: float, height: float) -> list[Line]:
    """Return one or two lines; what does not fit even so ends in an ellipsis. `name` is one line of letters."""
    texts, size = _break(name, width, height)
    top = (height - size * _PITCH * len(texts)) / 2
    return [
        Line(text, top + size * (_ABOVE_BASELINE + _PITCH * number), size, _WEIGHT)
        for number, text in enumerate(texts)
    ]


def _break(name: str, width: float, height: float) -> tuple[list[str], float]:
    words = name.split()
    alone = _size([name], width, height)
    if alone >= _SMALLEST_ALONE:
        return [name], alone
    halves = ([" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words)))
    texts = max([[name], *halves], key=lambda lines: _size(lines, width, height))
    size = _size(texts, width, height)
    return (texts, size) if size >= _SMALLEST else (_shortened(words, width), _SMALLEST)


def _size(texts: list[str], width: float, height: float) -> float:
    widest = max(text_width(text, 1, _WEIGHT) for text in texts)
    return min(_LARGEST, height / (_PITCH * len(texts)), width / widest)


def _shortened(words: list[str], width: float) -> list[str]:
    first = next(
        (
            cut
            for cut in range(len(words), 1, -1)
            if text_width(" ".join(words[:cut]), _SMALLEST, _WEIGHT) <= width
        ),
        1,
    )
    texts = (" ".join(words[:first]), " ".join(words[first:]))
    return [shorten(text, _SMALLEST, _WEIGHT, width) for text in texts if text]
