"""The part of `pass.json` that a design alone decides, made once and shared by many cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from walletpass.card.colour import Colour
from walletpass.card.design import Design, Word

_FORMAT_VERSION = 1


class Field(Struct, rename="camel", omit_defaults=True, gc=False):
    """https://developer.apple.com/documentation/walletpasses/passfieldcontent"""

    key: str
    label: str
    value: str
    data_detector_types: list[str] | None = None
    change_message: str | None = None


NO_LINKS: list[str] = []
"""`dataDetectorTypes` of a back field in which no number is to be taken for a telephone's."""


@dataclass(frozen=True, slots=True)
class Frame:
    top: Mapping[str, Any]
    """Keys of the top level."""
    labels: Mapping[str, str]
    """Word -> text in the design's own language; `pass.strings` translates it."""
    openings: Mapping[str, str]
    """Language -> how the description begins."""
    opening: str
    """The same in the design's own language."""
    organization: str
    contact: Field
    terms: Field


def frame_design(design: Design, *, write_name: bool = False) -> Frame:
    """`write_name`: the logo does not say the merchant's name, so Wallet writes it beside."""
    words = design.words[design.language]
    openings = {language: _open(design, language) for language in design.words}
    top = {
        "formatVersion": _FORMAT_VERSION,
        "organizationName": design.organization,
        "backgroundColor": _rgb(design.palette.background),
        "foregroundColor": _rgb(design.palette.foreground),
        "labelColor": _rgb(design.palette.label),
    }
    return Frame(
        top=top | ({"logoText": design.organization} if write_name else {}),
        labels={word.value: text for word, text in words.items()},
        openings=openings,
        opening=openings[design.language],
        organization=design.organization,
        contact=Field("contact", words[Word.CONTACT], design.contact),
        terms=Field("terms", words[Word.TERMS], words[Word.TERMS_TEXT], NO_LINKS),
    )


def _open(design: Design, language: str) -> str:
    return f"{design.words[language][Word.DESCRIPTION]}, {design.organization}. "


def _rgb(colour: Colour) -> str:
    return f"rgb({colour.red}, {colour.green}, {colour.blue})"
