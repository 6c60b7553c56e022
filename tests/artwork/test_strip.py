"""The picture of progress, seen as pixels."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from walletpass.artwork.inks import mix_inks
from walletpass.artwork.layout import MARGIN, MOST_SLOTS, STRIP_HEIGHT, STRIP_WIDTH, arrange
from walletpass.artwork.strip import draw_strip
from walletpass.card.card import Progress
from walletpass.card.colour import Colour, contrast
from walletpass.card.design import Palette, Shape

STAMPED = (Shape.ROUND, Shape.SQUARE)
SIGN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
    b'<path fill="currentColor" d="M8 8h32v32H8z"/></svg>'
)

goals = st.integers(1, MOST_SLOTS)
levels = st.integers(0, 255)
colours = st.builds(Colour, levels, levels, levels)


@st.composite
def rounds(draw):
    """A goal, a count up to it, and where rewards are."""
    goal = draw(goals)
    milestones = draw(st.sets(st.integers(1, goal), max_size=4))
    return Progress(draw(st.integers(0, goal)), goal, tuple(sorted(milestones)))


def beside_the_sign(picture, goal, scale=1):
    """The colour of each slot between its sign and its edge."""
    layout = arrange(goal)
    return [
        picture.getpixel((round(x * scale), round((y - layout.size * 0.34) * scale)))[:3]
        for x, y in layout.centres
    ]


def levels_of(colour):
    return colour.red, colour.green, colour.blue


def near(a, b, most=3):
    return all(abs(x - y) <= most for x, y in zip(a, b, strict=True))


def slot_picture(picture, goal, slot, scale=2):
    layout = arrange(goal)
    x, y = layout.centres[slot - 1]
    half = layout.size / 2
    return picture.crop([round(edge * scale) for edge in (x - half, y - half, x + half, y + half)])


def runs_of(colour, row):
    return sum(found for found, _ in groupby(row, key=lambda pixel: pixel[:3] == colour))


@settings(max_examples=40)
@given(st.sampled_from(Shape), rounds())
def test_a_strip_has_apples_sizes(sketch, pixels, shape, progress):
    design, images = sketch(shape)
    strip = draw_strip(design, progress, images)
    assert {scale: pixels(data).size for scale, data in strip.items()} == {
        scale: (375 * scale, 144 * scale) for scale in (1, 2, 3)
    }


@settings(max_examples=60)
@given(st.sampled_from(STAMPED), rounds(), st.sampled_from([1, 2, 3]))
def test_as_many_slots_are_filled_as_were_earned(sketch, pixels, shape, progress, scale):
    """In reading order, and rewards count like every other slot."""
    design, images = sketch(shape)
    inks = mix_inks(design.palette)
    seen = beside_the_sign(pixels(draw_strip(design, progress, images)[scale]), progress.goal, scale)
    filled = [near(colour, levels_of(inks.stamp)) for colour in seen]
    empty = [near(colour, levels_of(inks.hollow)) for colour in seen]
    assert filled == [slot <= progress.count for slot in range(1, progress.goal + 1)]
    assert empty == [not is_filled for is_filled in filled]


@settings(max_examples=15)
@given(goals.flatmap(lambda goal: st.tuples(st.just(goal), st.integers(0, goal))))
def test_the_bar_of_a_counter_has_a_segment_per_unit(sketch, pixels, both):
    goal, count = both
    design, images = sketch(Shape.COUNTER)
    picture = pixels(draw_strip(design, Progress(count, goal), images)[2])
    stamp = levels_of(mix_inks(design.palette).stamp)
    below_the_number = range(210, 280, 4)
    rows = [[picture.getpixel((x, y)) for x in range(picture.width)] for y in below_the_number]
    assert max(runs_of(stamp, row) for row in rows) == count


def test_a_counter_changes_with_every_unit_also_without_an_end(sketch):
    design, images = sketch(Shape.COUNTER)
    drawn = {draw_strip(design, Progress(count, None), images)[2] for count in (0, 1, 9, 10, 12500, 10**12)}
    assert len(drawn) == 6


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("count", [3, 8])
def test_a_reward_looks_different_before_and_after(sketch, pixels, shape, count):
    """The slot at which something is given is told from its neighbours empty (3 of 8) and filled (8 of 8)."""
    design, images = sketch(shape)
    plain, marked = (
        pixels(draw_strip(design, Progress(count, 8, milestones), images)[2]) for milestones in ((), (6,))
    )
    different = ImageChops.difference(plain.convert("RGB"), marked.convert("RGB"))
    assert different.getbbox() is not None
    if shape in STAMPED:
        one = slot_picture(different, 8, 6).convert("L").point(lambda level: 255 * (level > 40))
        assert one.histogram()[255] > one.width * one.height * 0.05
        assert slot_picture(different, 8, 5).getbbox() is None


@settings(max_examples=15)
@given(st.builds(Palette, *[colours] * 6), st.sampled_from(STAMPED))
def test_the_inks_arrive_in_the_picture(sketch, pixels, palette, shape):
    """A palette of 256 colours may melt two inks that nobody can tell apart, and no others."""
    design, images = sketch(shape, palette, glyph=SIGN)
    inks = mix_inks(palette)
    picture = pixels(draw_strip(design, Progress(1, 2), images)[3])
    x, y = arrange(2).centres[0]
    filled, empty = beside_the_sign(picture, 2, 3)
    assert near(picture.getpixel((0, 0))[:3], levels_of(palette.strip), 8)
    assert near(filled, levels_of(inks.stamp), 8)
    assert near(empty, levels_of(inks.hollow), 8)
    assert near(picture.getpixel((round(x * 3), round(y * 3)))[:3], levels_of(inks.mark), 8)


@settings(max_examples=25)
@given(colours)
def test_an_empty_slot_has_the_colour_around_it(sketch, pixels, strip):
    """A drawing leaves most of the strip free; few colours must not tint that, nor the slots on it."""
    drawing = "".join(
        f'<circle cx="{12 * step}" cy="140" r="9" fill="currentColor" fill-opacity="{step / 60:g}"/>'
        for step in range(1, 32)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 375 144">{drawing}</svg>'.encode()
    design, images = sketch(strip=svg)
    design = replace(design, palette=replace(design.palette, strip=strip))
    picture = pixels(draw_strip(design, Progress(0, 5), images)[3])
    slots = [picture.getpixel((round(x * 3), round(y * 3)))[:3] for x, y in arrange(5).centres]
    assert {*slots, picture.getpixel((5, 5))[:3]} == {levels_of(strip)}


@pytest.mark.parametrize("shape", STAMPED)
def test_stamps_stay_legible_on_a_restless_photo(sketch, pixels, png, shape):
    """Black and white patches behind the stamps are veiled until filled ones reach 3:1 on both."""
    photo = Image.new("RGB", (900, 500), "white")
    for left in range(0, 900, 120):
        ImageDraw.Draw(photo).rectangle((left, 0, left + 60, 500), fill="black")
    design, images = sketch(shape, strip=png(photo))
    picture = pixels(draw_strip(design, Progress(5, 10), images)[2]).convert("RGB")
    edge = picture.crop((0, 0, picture.width, MARGIN)).resize((STRIP_WIDTH // 5, 1), Image.Resampling.BOX)
    grounds = [Colour(*edge.getpixel((x, 0))) for x in range(edge.width)]
    assert len({ground.luminance for ground in grounds}) > 1
    stamp = Colour(*beside_the_sign(picture, 10, 2)[0])
    assert min(contrast(stamp, ground) for ground in grounds) >= 2.9


def test_a_merchants_glyph_keeps_its_colours(sketch, pixels, png):
    design, images = sketch(glyph=png(Image.new("RGBA", (512, 512), (200, 30, 60, 255))))
    x, y = arrange(1).centres[0]
    picture = pixels(draw_strip(design, Progress(1, 1), images)[3])
    assert near(picture.getpixel((round(x * 3), round(y * 3)))[:3], (200, 30, 60), 6)


@pytest.mark.parametrize(
    "progress",
    [
        Progress(7, 31, (31,)),
        Progress(350, 500, (250, 500)),
        Progress(7, None),
        Progress(12, 10, (10,)),
        Progress(0, 0),
        Progress(-3, 10),
        Progress(3, 7, (-1, 0, 3, 99)),
        Progress(10**30, 10**31),
    ],
)
@pytest.mark.parametrize("shape", Shape)
def test_no_progress_is_beyond_drawing(sketch, pixels, shape, progress):
    """What does not fit into slots is drawn as a number."""
    design, images = sketch(shape)
    assert pixels(draw_strip(design, progress, images)[1]).size == (STRIP_WIDTH, STRIP_HEIGHT)


def test_a_missing_image_is_an_error(sketch):
    """It must not look like a design without one."""
    design, _ = sketch(glyph=SIGN)
    with pytest.raises(KeyError):
        draw_strip(design, Progress(1, 5), {})


def test_threads_of_a_server_do_not_disturb_each_other(sketch, png):
    """They share the ground, the faces and the palette of a design."""
    design, images = sketch(strip=png(Image.effect_noise((375, 144), 90)))
    counts = [0, 2, 5, 8, 10] * 2
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda count: draw_strip(design, Progress(count, 10), images), counts))
    assert together == [draw_strip(design, Progress(count, 10), images) for count in counts]


def test_another_process_draws_the_same_bytes(sketch):
    """Pictures are named by their content, so every machine must make the same."""
    program = (
        "import hashlib\n"
        "from walletpass.artwork import draw_images\n"
        "from walletpass.card.card import Progress\n"
        "from walletpass.card.colour import Colour\n"
        "from walletpass.card.design import *\n"
        f"design = {sketch()[0]!r}\n"
        "drawn = draw_images(design, Progress(3, 8, (8,)), {})\n"
        "print(hashlib.sha256(b''.join(png for scales in drawn.values() for png in scales.values())).hexdigest())"
    )
    program = program.replace("<Shape.ROUND: 'round'>", "Shape.ROUND")
    first, second = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert first == second != ""
