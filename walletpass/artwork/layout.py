"""Where the slots of a stamp strip stand: as large as the strip allows, in rows that look calm."""

from dataclasses import dataclass
from functools import cache

STRIP_WIDTH, STRIP_HEIGHT = 375, 144
"""Points of a store card's strip: https://developer.apple.com/design/human-interface-guidelines/wallet."""
MARGIN = 14
"""Points kept free on every side, since a phone may crop the strip a little."""
MOST_SLOTS = 30

_WIDTH, _HEIGHT = STRIP_WIDTH - 2 * MARGIN, STRIP_HEIGHT - 2 * MARGIN
_LARGEST = 88
_TIGHTEST, _LOOSEST = 0.16, 0.36
"""Gap between two slots as a share of their size."""
_BETWEEN_ROWS = 0.3
"""The same between two rows, unless the columns are further apart."""
_UNEVEN_ROWS = 0.85
_ANOTHER_ROW = 0.94
"""How much of its size a stamp may lose for even rows, and for one row less."""


@dataclass(frozen=True, slots=True)
class Layout:
    size: int
    """Width and height of a slot, points."""
    centres: tuple[tuple[float, float], ...]
    """Points from the top left corner, in reading order."""


@cache
def arrange(slots: int) -> Layout:
    """Return the layout for 1 to 30 slots. Raises ValueError for any other number."""
    if not 1 <= slots <= MOST_SLOTS:
        raise ValueError(f"a strip has 1 to {MOST_SLOTS} slots, not {slots}")
    rows = max((_split(slots, count) for count in (1, 2, 3) if count <= slots), key=_beauty)
    size, across = _size(rows), max(rows)
    column_gap = _gap(_WIDTH - across * size, across - 1, round(size * _LOOSEST))
    row_gap = _gap(_HEIGHT - len(rows) * size, len(rows) - 1, max(column_gap, round(size * _BETWEEN_ROWS)))
    return Layout(size, tuple(_centres(rows, size + column_gap, size + row_gap)))


def _split(slots: int, rows: int) -> tuple[int, ...]:
    """Share slots among up to three rows so that the rows mirror each other: 7 6 7, 6 7 6; two rows 6 5."""
    base, extra = divmod(slots, rows)
    if rows == 3:
        outer, inner = (base + 1, base) if extra == 2 else (base, base + extra)
        return outer, inner, outer
    return tuple(base + (row < extra) for row in range(rows))


def _beauty(rows: tuple[int, ...]) -> float:
    evenness = 1.0 if len(set(rows)) == 1 else _UNEVEN_ROWS
    return _size(rows) * evenness * _ANOTHER_ROW ** len(rows)


def _size(rows: tuple[int, ...]) -> int:
    return min(_largest(max(rows), _WIDTH), _largest(len(rows), _HEIGHT))


def _largest(count: int, length: int) -> int:
    """Whole points, so that a slot falls on whole pixels at every scale."""
    return min(_LARGEST, int(length / (count + _TIGHTEST * (count - 1))))


def _gap(free: int, gaps: int, widest: int) -> int:
    return min(free // gaps, widest) if gaps else 0


def _centres(rows: tuple[int, ...], column_pitch: int, row_pitch: int) -> list[tuple[float, float]]:
    top = STRIP_HEIGHT / 2 - row_pitch * (len(rows) - 1) / 2
    return [
        (STRIP_WIDTH / 2 + column_pitch * (column - (across - 1) / 2), top + row_pitch * row)
        for row, across in enumerate(rows)
        for column in range(across)
    ]
