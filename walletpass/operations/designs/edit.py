"""A design as a form: what the owner changed, read and checked whole."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace

from walletpass.artwork.uploads import Upload, UploadRefused, read_upload
from walletpass.card.colour import Colour
from walletpass.card.design import Design, Palette, Role, Shape
from walletpass.card.legibility import find_weak_pairs
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence

_LONGEST = {"word.terms_text": 2000, "contact": 400, "organization": 60}
_LONGEST_WORD = 40
_UNPRINTABLE = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f]")

COLOUR_NAMES: Mapping[str, Sentence] = {
    "background": sentence("Background"),
    "foreground": sentence("Text"),
    "label": sentence("Labels"),
    "strip": sentence("Behind the stamps"),
    "stamp": sentence("Stamps"),
    "mark": sentence("Symbol in the stamps"),
}


TEXT_NAMES: Mapping[str, Sentence] = {
    "organization": sentence("Name on the card"),
    "contact": sentence("Contact"),
    "word.description": sentence("What it is called"),
    "word.progress": sentence("Above the count"),
    "word.balance": sentence("Above the balance of points"),
    "word.next": sentence("Above the next reward"),
    "word.ready": sentence("Above rewards that are ready"),
    "word.end": sentence("Above the day by which to use it"),
    "word.member": sentence("Above the customer’s name"),
    "word.tier": sentence("Above the tier"),
    "word.news": sentence("Above the latest change"),
    "word.deal": sentence("Above the offer"),
    "word.contact": sentence("Above your contact details"),
    "word.online": sentence("Above the link to the card online"),
    "word.terms": sentence("Above the terms"),
    "word.terms_text": sentence("Terms"),
}


def list_fields(design: Design) -> dict[str, str]:
    """The design as the form's values; `edit_design` reads them back."""
    return {
        "organization": design.organization,
        "contact": design.contact,
        "shape": design.shape.value,
        **{field.name: getattr(design.palette, field.name).hex for field in fields(Palette)},
        **{
            f"word.{language}.{word.value}": text
            for language, words in design.words.items()
            for word, text in words.items()
        },
    }


def read_pictures(files: Mapping[Role, bytes]) -> tuple[dict[Role, Upload], dict[str, UploadRefused]]:
    """The pictures that can be used, and what is wrong with the others, by field name: `picture.<role>`."""
    uploads: dict[Role, Upload] = {}
    problems: dict[str, UploadRefused] = {}
    for role, content in files.items():
        try:
            uploads[role] = read_upload(content, role)
        except UploadRefused as refused:
            problems[f"picture.{role.value}"] = refused
    return uploads, problems


def edit_design(design: Design, given: Mapping[str, str]) -> tuple[Design, dict[str, Refusal]]:
    """The design after the changes, and what is wrong by field name; names not `given` stay as they are.

    Fields: `organization`, `contact`, `shape`, one per colour of the palette, `word.<language>.<word>`.
    """
    problems: dict[str, Refusal] = {}
    edited = replace(
        design,
        organization=_read_text(given, "organization", "organization", design.organization, problems),
        contact=_read_text(given, "contact", "contact", design.contact, problems),
        shape=Shape(given["shape"]) if given.get("shape") in set(Shape) else design.shape,
        palette=_read_palette(design.palette, given, problems),
        words={
            language: {
                word: _read_text(given, f"word.{language}.{word.value}", f"word.{word.value}", text, problems)
                for word, text in words.items()
            }
            for language, words in design.words.items()
        },
    )
    return edited, problems


def with_image(design: Design, role: Role, digest: str | None) -> Design:
    """None: back to what is drawn for the merchant."""
    images = {kept: value for kept, value in design.images.items() if kept is not role}
    return replace(design, images=images | ({role: digest} if digest else {}))


def longest(kind: str) -> int:
    """Characters that a text of this kind, a key of TEXT_NAMES, may have."""
    return _LONGEST.get(kind, _LONGEST_WORD)


def _read_text(
    given: Mapping[str, str], field: str, kind: str, present: str, problems: dict[str, Refusal]
) -> str:
    if field not in given:
        return present
    text = _UNPRINTABLE.sub("", given[field].replace("\r\n", "\n")).strip()
    if len(text) > longest(kind):
        problems[field] = Refusal("text_too_long", field=TEXT_NAMES[kind], most=longest(kind))
    if not text and field != "contact":
        problems[field] = Refusal("missing_field", field=TEXT_NAMES[kind])
    return text


def _read_palette(palette: Palette, given: Mapping[str, str], problems: dict[str, Refusal]) -> Palette:
    colours = {}
    for field in fields(Palette):
        try:
            colours[field.name] = Colour.parse(given.get(field.name, getattr(palette, field.name).hex))
        except ValueError:
            problems[field.name] = Refusal("bad_colour")
            colours[field.name] = getattr(palette, field.name)
    read = Palette(**colours)
    for pair in find_weak_pairs(read):
        problems.setdefault(
            pair.text_role,
            Refusal(
                "weak_contrast",
                text=COLOUR_NAMES[pair.text_role],
                background=COLOUR_NAMES[pair.background_role],
                offered=pair.offered.hex,
            ),
        )
    return read
