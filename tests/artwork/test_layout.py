"""The slots of a strip, for every number of them."""

import pytest

from walletpass.artwork.layout import MOST_SLOTS, STRIP_HEIGHT, STRIP_WIDTH, arrange

EVERY = range(1, MOST_SLOTS + 1)
CROPPED = 12


def rows_of(slots):
    rows = {}
    for x, y in arrange(slots).centres:
        rows.setdefault(y, []).append(x)
    return list(rows.values())


@pytest.mark.parametrize("slots", EVERY)
def test_every_slot_is_there_and_stays_clear_of_the_edges(slots):
    """A phone may crop the strip a little; no slot may lose a part."""
    layout = arrange(slots)
    half = layout.size / 2
    assert len(layout.centres) == slots
    for x, y in layout.centres:
        assert x - half >= CROPPED
        assert x + half <= STRIP_WIDTH - CROPPED
        assert y - half >= CROPPED
        assert y + half <= STRIP_HEIGHT - CROPPED


@pytest.mark.parametrize("slots", EVERY)
def test_slots_keep_apart(slots):
    """Two slots never touch, also where rows are shifted against each other."""
    layout = arrange(slots)
    for number, (x, y) in enumerate(layout.centres):
        for other_x, other_y in layout.centres[number + 1 :]:
            assert max(abs(x - other_x), abs(y - other_y)) >= layout.size + 3


@pytest.mark.parametrize("slots", EVERY)
def test_the_whole_is_balanced(slots):
    """Rows are read from the top left, mirror each other and differ by one slot at most."""
    layout, rows = arrange(slots), rows_of(slots)
    xs, ys = zip(*layout.centres, strict=True)
    assert list(layout.centres) == sorted(layout.centres, key=lambda centre: (centre[1], centre[0]))
    assert min(ys) + max(ys) == STRIP_HEIGHT
    assert all(row[0] + row[-1] == STRIP_WIDTH for row in rows)
    assert max(map(len, rows)) - min(map(len, rows)) <= 1
    assert len({xs[i + 1] - xs[i] for i in range(slots - 1) if ys[i] == ys[i + 1]}) <= 1


@pytest.mark.parametrize(
    ("slots", "rows"),
    [(1, [1]), (5, [5]), (8, [4, 4]), (10, [5, 5]), (12, [6, 6]), (20, [10, 10]), (30, [10, 10, 10])],
)
def test_common_goals_stand_in_even_rows(slots, rows):
    """People count fives and tens at a glance."""
    assert [len(row) for row in rows_of(slots)] == rows


def test_more_slots_are_never_larger():
    sizes = [arrange(slots).size for slots in EVERY]
    assert sizes[0] == max(sizes)
    assert min(sizes) >= 24


@pytest.mark.parametrize("slots", [-1, 0, 31])
def test_other_numbers_have_no_layout(slots):
    with pytest.raises(ValueError, match="1 to 30"):
        arrange(slots)
