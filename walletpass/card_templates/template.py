"""One folder of `templates/` as a value that makes designs. The format is told in docs/card-templates.md."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from walletpass.card.design import LANGUAGES, Design, Palette, Role, Shape, Word
from walletpass.card.legibility import find_weak_pairs
from walletpass.card_templates.drawings import MAX_DRAWING_BYTES, VIEW_BOXES, check_drawing
from walletpass.card_templates.problems import BrokenTemplate, Notebook, TemplateProblem, Unfit
from walletpass.card_templates.sheets import (
    Form,
    Optional,
    colour,
    matching,
    one_of,
    read_file,
    read_sheet,
    text,
    whole_number,
)
from walletpass.loyalty.program import LEAST_GOAL, MOST_GOAL

LOOK = "template.toml"

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_name = matching(_SLUG, "bad_name", "Names are lower-case letters and digits joined by single hyphens.")
_file_name = matching(
    rf"{_SLUG}\.svg", "bad_file_name", "This must be an SVG file in the template's own folder: glyph.svg."
)

LOOK_FORM: Form = {
    "trade": _name,
    "shape": one_of(Shape),
    "goal": whole_number(LEAST_GOAL, MOST_GOAL),
    "colours": {role.name: colour for role in fields(Palette)},
    "images": {role: _file_name if role is Role.GLYPH else Optional(_file_name) for role in VIEW_BOXES},
}
WORDS_FORM: Form = {
    "title": text(30),
    "description": text(160),
    "reward": text(40),
    "words": {
        **{word: text(30) for word in Word},
        Word.TERMS_TEXT: text(1000, lines=True),
    },
}


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What the owner reads when choosing, and what the first programme starts from."""

    title: str
    description: str
    reward: str
    """A suggestion: "A free coffee"."""


@dataclass(frozen=True, slots=True)
class CardTemplate:
    name: str
    """The folder's name."""
    trade: str
    shape: Shape
    palette: Palette
    goal: int
    """A suggestion: stamps that fill the card."""
    texts: Mapping[str, TemplateText]
    """Language -> text; every language of `LANGUAGES`."""
    words: Mapping[str, Mapping[Word, str]]
    roles: Mapping[Role, str]
    """Role -> digest, a key of `images`."""
    images: Mapping[str, bytes]
    """Lower-case hex SHA-256 -> a safe SVG."""

    def design(self, organization: str, contact: str = "", language: str = LANGUAGES[0]) -> Design:
        """Return the template as this merchant's own design, to publish as it is or to change."""
        return Design(
            template=self.name,
            organization=organization,
            shape=self.shape,
            palette=self.palette,
            words=self.words,
            language=language,
            images=self.roles,
            contact=contact,
        )


def load_templates(
    directory: Path,
) -> tuple[Mapping[str, CardTemplate], tuple[TemplateProblem, ...]]:
    """Return every sound template by name, and what is wrong with the others. Never raises.

    Loose files and folders whose name begins with a dot are passed over.
    """
    templates = {}
    problems: list[TemplateProblem] = []
    try:
        folders = sorted(path for path in directory.iterdir() if path.is_dir() and path.name[0] != ".")
    except OSError as error:
        sentence = f"The card templates cannot be read: {error.strerror}."
        return {}, (TemplateProblem(directory.name, "", "", "unreadable_folder", sentence),)
    for folder in folders:
        try:
            templates[folder.name] = load_template(folder)
        except BrokenTemplate as broken:
            problems.extend(broken.problems)
    return MappingProxyType(templates), tuple(problems)


def load_template(folder: Path) -> CardTemplate:
    """Raises BrokenTemplate with every problem at once."""
    notebook = Notebook(folder.name)
    try:
        _name(folder.name)
    except Unfit as problem:
        notebook.note("", "", problem.code, problem.sentence)
    _refuse_other_sheets(folder, notebook)
    look = read_sheet(folder, LOOK, LOOK_FORM, notebook)
    sheets = {
        language: read_sheet(folder, f"{language}.toml", WORDS_FORM, notebook) for language in LANGUAGES
    }
    _refuse_weak_colours(look.get("colours", {}), notebook)
    drawings = _read_drawings(folder, look.get("images", {}), notebook)
    notebook.raise_if_any()
    return _assemble(folder.name, look, sheets, drawings)


def _assemble(
    name: str, look: dict[str, Any], sheets: dict[str, dict[str, Any]], drawings: dict[Role, bytes]
) -> CardTemplate:
    digests = {role: hashlib.sha256(data).hexdigest() for role, data in drawings.items()}
    words = {language: MappingProxyType(sheet.pop("words")) for language, sheet in sheets.items()}
    return CardTemplate(
        name=name,
        trade=look["trade"],
        shape=look["shape"],
        palette=Palette(**look["colours"]),
        goal=look["goal"],
        texts=MappingProxyType({language: TemplateText(**sheet) for language, sheet in sheets.items()}),
        words=MappingProxyType(words),
        roles=MappingProxyType(digests),
        images=MappingProxyType({digests[role]: data for role, data in drawings.items()}),
    )


def _refuse_other_sheets(folder: Path, notebook: Notebook) -> None:
    expected = {LOOK, *(f"{language}.toml" for language in LANGUAGES)}
    for path in sorted(folder.glob("*.toml")):
        if path.name not in expected:
            sentence = f"This file belongs to no language of the cards: {', '.join(LANGUAGES)}."
            notebook.note(path.name, "", "unknown_file", sentence)


def _refuse_weak_colours(colours: Mapping[str, Any], notebook: Notebook) -> None:
    if len(colours) < len(fields(Palette)):
        return
    for pair in find_weak_pairs(Palette(**colours)):
        shown = math.floor(pair.ratio * 100) / 100
        sentence = (
            f"{colours[pair.text_role].hex} on {pair.background_role} {colours[pair.background_role].hex}"
            f" has a contrast of {shown}:1 and needs {pair.needed}:1; the nearest colour"
            f" that works is {pair.offered.hex}."
        )
        notebook.note(LOOK, f"colours.{pair.text_role}", "weak_contrast", sentence)


def _read_drawings(folder: Path, names: Mapping[Role, str], notebook: Notebook) -> dict[Role, bytes]:
    drawings = {}
    for role, name in names.items():
        try:
            drawings[role] = read_file(folder / name, MAX_DRAWING_BYTES)
        except Unfit as problem:
            _note_drawing(name, [problem], notebook)
        else:
            _note_drawing(name, check_drawing(drawings[role], role), notebook)
    return drawings


def _note_drawing(name: str, problems: Iterable[Unfit], notebook: Notebook) -> None:
    for problem in problems:
        notebook.note(name, "", problem.code, problem.sentence)
