"""A design as it is kept: JSON values only."""

from dataclasses import fields
from functools import cache
from typing import Any

from walletpass.card.colour import Colour
from walletpass.card.design import Design, Palette, Role, Shape, Word
from walletpass.loyalty.wording import sentence
from walletpass.translations import translator

_LATER = {
    Word.BALANCE: sentence("Balance"),
    Word.END: sentence("Use by"),
    Word.TIER: sentence("Status"),
}
"""Words that designs do not have which were published before there were such words."""


def to_document(design: Design) -> dict[str, Any]:
    return {
        "template": design.template,
        "organization": design.organization,
        "shape": design.shape.value,
        "palette": {field.name: getattr(design.palette, field.name).hex for field in fields(Palette)},
        "words": {
            language: {word.value: text for word, text in words.items()}
            for language, words in design.words.items()
        },
        "language": design.language,
        "images": {role.value: digest for role, digest in design.images.items()},
        "contact": design.contact,
    }


def from_document(document: dict[str, Any]) -> Design:
    return Design(
        template=document["template"],
        organization=document["organization"],
        shape=Shape(document["shape"]),
        palette=Palette(**{name: Colour.parse(text) for name, text in document["palette"].items()}),
        words={
            language: _say_later(language) | {Word(name): text for name, text in words.items()}
            for language, words in document["words"].items()
        },
        language=document["language"],
        images={Role(name): digest for name, digest in document["images"].items()},
        contact=document["contact"],
    )


@cache
def _say_later(language: str) -> dict[Word, str]:
    return {word: translator(language).say(text) for word, text in _LATER.items()}
