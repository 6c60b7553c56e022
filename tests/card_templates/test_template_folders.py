import os
import shutil
from pathlib import Path

import pytest

from walletpass.artwork import draw_images
from walletpass.artwork.fonts import Weight, text_width
from walletpass.card.card import Progress
from walletpass.card.design import LANGUAGES, Role, Shape, Word
from walletpass.card.legibility import find_weak_pairs
from walletpass.card_templates import BrokenTemplate, CardTemplate, load_template, load_templates
from walletpass.card_templates.sheets import MAX_SHEET_BYTES
from walletpass.loyalty.program import MOST_GOAL
from walletpass.loyalty.wording import counted, sentence
from walletpass.shipped import CARD_TEMPLATES
from walletpass.translations import translator

SHIPPED, SHIPPED_PROBLEMS = load_templates(CARD_TEMPLATES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound template to break."""
    return Path(shutil.copytree(CARD_TEMPLATES / "coffee-bar", tmp_path / "tea-room"))


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def found(folder: Path) -> set[tuple[str, str, str]]:
    """What is wrong: file, key, code."""
    with pytest.raises(BrokenTemplate) as caught:
        load_template(folder)
    assert all(problem.sentence.endswith((".", "?")) for problem in caught.value.problems)
    return {(problem.file, problem.key, problem.code) for problem in caught.value.problems}


def test_every_shipped_template_is_sound() -> None:
    """All of them load, for different trades, over all three looks."""
    assert SHIPPED_PROBLEMS == ()
    assert len(SHIPPED) >= 8
    assert len({template.trade for template in SHIPPED.values()}) == len(SHIPPED)
    assert {template.shape for template in SHIPPED.values()} == set(Shape)
    assert len({template.palette for template in SHIPPED.values()}) == len(SHIPPED)


@pytest.mark.parametrize("template", SHIPPED.values(), ids=list(SHIPPED))
def test_a_shipped_template_makes_a_whole_design(template: CardTemplate) -> None:
    """The design says every word in every language, can be read, and can be drawn."""
    design = template.design("Nagy & Søn", "Tel. 1", "hu")
    assert (design.template, design.organization, design.contact) == (template.name, "Nagy & Søn", "Tel. 1")
    assert design.language == "hu"
    assert {language: set(words) for language, words in design.words.items()} == {
        language: set(Word) for language in LANGUAGES
    }
    assert set(template.texts) == set(LANGUAGES)
    assert find_weak_pairs(design.palette) == []
    drawn = draw_images(design, Progress(1, template.goal), template.images)
    assert {"icon", "logo", "strip"} <= set(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", SHIPPED.values(), ids=list(SHIPPED))
def test_a_shipped_template_names_what_is_collected_in_one_label(
    template: CardTemplate, language: str
) -> None:
    """The card's name and its conditions hold for points as well."""
    say, words = translator(language).say, template.words[language]
    assert words[Word.PROGRESS] == say(sentence("Stamps"))
    stamp = say(counted("%(n)s stamp", "%(n)s stamps", 1)).split()[-1]
    assert stamp not in (words[Word.DESCRIPTION] + words[Word.TERMS_TEXT]).lower()


@pytest.mark.parametrize("template", SHIPPED.values(), ids=list(SHIPPED))
def test_the_labels_below_the_strip_can_be_read_three_in_a_row(template: CardTemplate) -> None:
    """Of three that are all wide each has a third of 375 points, less the margins; labels are capitals there."""
    third = (375 - 2 * 15 - 2 * 14) / 3
    cut = [
        words[word]
        for words in template.words.values()
        for word in (Word.NEXT, Word.READY, Word.END, Word.TIER, Word.MEMBER)
        if text_width(words[word].upper(), 11, Weight.SEMIBOLD) > third
    ]
    assert cut == []


def test_adding_a_folder_adds_a_template(tmp_path: Path, folder: Path) -> None:
    """Nothing has to be registered; loose files and hidden folders are no templates."""
    (tmp_path / "README.md").write_text("About these templates")
    (tmp_path / ".git").mkdir()
    templates, problems = load_templates(tmp_path)
    assert list(templates) == ["tea-room"]
    assert templates["tea-room"].name == "tea-room"
    assert problems == ()


def test_a_broken_template_does_not_stop_the_others(tmp_path: Path, folder: Path) -> None:
    """The good ones load, and the broken one is told by template, file and key."""
    shutil.copytree(folder, tmp_path / "broken")
    swap(tmp_path / "broken" / "template.toml", "goal = 10", 'goal = "ten"')
    templates, problems = load_templates(tmp_path)
    assert list(templates) == ["tea-room"]
    assert list(map(str, problems)) == ["broken/template.toml: goal: This must be a whole number."]


def test_a_missing_directory_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    """Without templates the service can still say why there are none."""
    templates, problems = load_templates(tmp_path / "nowhere")
    assert templates == {}
    assert [problem.code for problem in problems] == ["unreadable_folder"]


def test_all_problems_are_told_at_once(folder: Path) -> None:
    """An author mends everything in one go."""
    swap(folder / "template.toml", 'shape = "round"', 'shape = "oval"')
    swap(folder / "template.toml", 'strip = "#f3e6d3"', 'strip = "beige"')
    swap(folder / "nl.toml", 'member = "Naam"\n', "")
    (folder / "da.toml").unlink()
    assert found(folder) == {
        ("template.toml", "shape", "unknown_choice"),
        ("template.toml", "colours.strip", "not_a_colour"),
        ("nl.toml", "words.member", "missing_key"),
        ("da.toml", "", "missing_file"),
    }


LOOK_FAULTS = [
    ('trade = "coffee"', "", "trade", "missing_key"),
    ('trade = "coffee"', "trade = 1", "trade", "wrong_type"),
    ('trade = "coffee"', 'trade = "Coffee!"', "trade", "bad_name"),
    ('trade = "coffee"', 'trade = "coffee"\ntrad = "x"', "trad", "unknown_key"),
    ('shape = "round"', "shape = []", "shape", "unknown_choice"),
    ('shape = "round"', "shape = {}", "shape", "unknown_choice"),
    ("goal = 10", "goal = 0", "goal", "out_of_range"),
    ("goal = 10", "goal = 31", "goal", "out_of_range"),
    ("goal = 10", "goal = true", "goal", "wrong_type"),
    ("goal = 10", "goal = 1e3", "goal", "wrong_type"),
    ('foreground = "#fff6ea"', 'foreground = "#fff"', "colours.foreground", "not_a_colour"),
    ('foreground = "#fff6ea"', 'foreground = "rgb(1,2,3)"', "colours.foreground", "not_a_colour"),
    ('foreground = "#fff6ea"', "foreground = 16777215", "colours.foreground", "not_a_colour"),
    ('foreground = "#fff6ea"', 'foreground = "#3b2a22"', "colours.foreground", "weak_contrast"),
    ('mark = "#fff6ea"', 'mark = "#7a3f1e"', "colours.mark", "weak_contrast"),
    ('glyph = "glyph.svg"', 'glyph = "../coffee-bar/glyph.svg"', "images.glyph", "bad_file_name"),
    ('glyph = "glyph.svg"', 'glyph = "/etc/passwd"', "images.glyph", "bad_file_name"),
    ('glyph = "glyph.svg"', 'glyph = "glyph.svg\\u0000.png"', "images.glyph", "bad_file_name"),
    ('glyph = "glyph.svg"', 'glyph = "C:\\\\glyph.svg"', "images.glyph", "bad_file_name"),
    ('glyph = "glyph.svg"', 'glyph = "https://example.com/a.svg"', "images.glyph", "bad_file_name"),
    ('glyph = "glyph.svg"', 'glyph = ["glyph.svg"]', "images.glyph", "wrong_type"),
    ('glyph = "glyph.svg"\n', "", "images.glyph", "missing_key"),
    ('glyph = "glyph.svg"', 'glyph = "glyph.svg"\nlogo = "glyph.svg"', "images.logo", "unknown_key"),
]


@pytest.mark.parametrize("shape", Shape)
def test_a_suggested_goal_is_one_that_a_programme_takes(folder: Path, shape: Shape) -> None:
    """A running number counts stamps like the others."""
    swap(folder / "template.toml", 'shape = "round"', f'shape = "{shape}"')
    swap(folder / "template.toml", "goal = 10", f"goal = {MOST_GOAL}")
    assert load_template(folder).goal == MOST_GOAL
    swap(folder / "template.toml", f"goal = {MOST_GOAL}", f"goal = {MOST_GOAL + 1}")
    assert found(folder) == {("template.toml", "goal", "out_of_range")}


@pytest.mark.parametrize(("old", "new", "key", "code"), LOOK_FAULTS)
def test_a_wrong_look_is_told_by_its_key(folder: Path, old: str, new: str, key: str, code: str) -> None:
    """Each fault in template.toml has its key and a code that stays."""
    swap(folder / "template.toml", old, new)
    assert found(folder) == {("template.toml", key, code)}


WORD_FAULTS = [
    ('title = "Coffee bar"', 'title = "  "', "title", "empty_text"),
    ('title = "Coffee bar"', f'title = "{"x" * 31}"', "title", "text_too_long"),
    ('title = "Coffee bar"', 'title = "Coffee\\u0000bar"', "title", "control_characters"),
    ('title = "Coffee bar"', 'title = "Coffee\\nbar"', "title", "control_characters"),
    ('member = "Name"', "member = 5", "words.member", "wrong_type"),
    ('member = "Name"', 'member = "Name"\nmembr = "Name"', "words.membr", "unknown_key"),
]


@pytest.mark.parametrize(("old", "new", "key", "code"), WORD_FAULTS)
def test_a_wrong_word_is_told_by_its_key(folder: Path, old: str, new: str, key: str, code: str) -> None:
    """Each fault in a language's words has its key and a code that stays."""
    swap(folder / "en.toml", old, new)
    assert found(folder) == {("en.toml", key, code)}


def test_terms_may_have_several_lines(folder: Path) -> None:
    """Conditions are the one text that is not a label."""
    swap(folder / "en.toml", 'terms_text = "', 'terms_text = "First.\\n')
    assert "\n" in load_template(folder).words["en"][Word.TERMS_TEXT]


def test_a_weak_pair_comes_with_a_colour_that_passes(folder: Path) -> None:
    """Using the offered colour mends the template."""
    swap(folder / "template.toml", 'label = "#dcb78f"', 'label = "#5a4030"')
    with pytest.raises(BrokenTemplate) as caught:
        load_template(folder)
    offered = caught.value.problems[0].sentence[-8:-1]
    swap(folder / "template.toml", "#5a4030", offered)
    assert load_template(folder).palette.label.hex == offered


def test_the_likely_key_is_named(folder: Path) -> None:
    """A slip of the pen is recognised."""
    swap(folder / "template.toml", "[colours]", "[colors]")
    with pytest.raises(BrokenTemplate) as caught:
        load_template(folder)
    assert any("'colours'" in problem.sentence for problem in caught.value.problems)


def test_colours_must_be_a_table(folder: Path) -> None:
    """A list of colours is not guessed at."""
    (folder / "template.toml").write_text(
        'trade = "coffee"\nshape = "round"\ngoal = 8\ncolours = []\nimages = 1\n'
    )
    assert found(folder) == {
        ("template.toml", "colours", "wrong_type"),
        ("template.toml", "images", "wrong_type"),
    }


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"goal = ", b"a = " + b"[" * 16_000, b"goal = " + b"9" * 5_000],
    ids=["not UTF-8", "not TOML", "nested", "endless number"],
)
def test_a_file_that_is_no_toml_is_refused(folder: Path, content: bytes) -> None:
    """Whatever the bytes are, the answer is a sentence."""
    (folder / "template.toml").write_bytes(content)
    assert found(folder) == {("template.toml", "", "not_toml")}


def test_a_huge_file_is_not_read(folder: Path) -> None:
    """Size is limited before anything is understood."""
    (folder / "en.toml").write_bytes(b"#" * (MAX_SHEET_BYTES + 1))
    assert found(folder) == {("en.toml", "", "file_too_large")}


def test_links_and_devices_are_not_followed(folder: Path, tmp_path: Path) -> None:
    """A template reads nothing outside its folder and waits for nobody."""
    secret = tmp_path / "secret.svg"
    (folder / "glyph.svg").rename(secret)
    (folder / "glyph.svg").symlink_to(secret)
    (folder / "en.toml").unlink()
    os.mkfifo(folder / "en.toml")
    (folder / "hu.toml").unlink()
    (folder / "hu.toml").mkdir()
    assert found(folder) == {
        ("glyph.svg", "", "not_a_file"),
        ("en.toml", "", "not_a_file"),
        ("hu.toml", "", "not_a_file"),
    }


def test_words_in_a_language_that_cards_do_not_speak_are_refused(folder: Path) -> None:
    """A misnamed file is noticed, not passed over."""
    (folder / "se.toml").write_text("")
    assert found(folder) == {("se.toml", "", "unknown_file")}


def test_a_folder_needs_a_plain_name(folder: Path) -> None:
    """The name goes into addresses and designs."""
    moved = folder.rename(folder.with_name("Tea Room"))
    assert found(moved) == {("", "", "bad_name")}


def test_a_strip_may_be_left_out(folder: Path) -> None:
    """Without one the palette's colour is the ground."""
    swap(folder / "template.toml", 'strip = "strip.svg"\n', "")
    assert set(load_template(folder).roles) == {Role.GLYPH}
