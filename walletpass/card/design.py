"""The look and the words of a merchant's card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from walletpass.card.colour import Colour

LANGUAGES = ("en", "nl", "nb", "hu", "da")


class Shape(StrEnum):
    """How the strip shows progress: round stamps, square stamps, or a running number."""

    ROUND = "round"
    SQUARE = "square"
    COUNTER = "counter"


class Role(StrEnum):
    """What an image of a design is for. Absent roles are drawn from the palette, the name and the glyph."""

    GLYPH = "glyph"
    """The sign inside a stamp."""
    ICON = "icon"
    """Square; shown beside notifications."""
    LOGO = "logo"
    """Wide; top left of the card."""
    STRIP = "strip"
    """The picture behind the stamps."""


class Word(StrEnum):
    """The words of a design; every one exists in every language of it."""

    DESCRIPTION = "description"
    """What a screen reader calls the card, without the merchant's name: "Loyalty card"."""
    PROGRESS = "progress"
    """Label of the count: "Stamps"."""
    BALANCE = "balance"
    """Label of what is counted without an end: "Balance"; the value names the unit."""
    NEXT = "next"
    """Label of the reward that comes next: "Next reward"."""
    READY = "ready"
    """Label of rewards waiting to be used: "Ready for you"."""
    END = "end"
    """Label of the last day of what runs out first: "Use by"."""
    MEMBER = "member"
    TIER = "tier"
    """Label of the member's tier: "Status"."""
    NEWS = "news"
    """Label of the latest thing that happened to the card: "Latest"."""
    DEAL = "deal"
    """Label of the programme's promise: "How it works"."""
    CONTACT = "contact"
    ONLINE = "online"
    """Label of the link to the card's page: "Your card online"."""
    TERMS = "terms"
    """Label of the conditions."""
    TERMS_TEXT = "terms_text"
    """The conditions themselves."""


@dataclass(frozen=True, slots=True)
class Palette:
    background: Colour
    foreground: Colour
    """Values written on the background."""
    label: Colour
    """Labels written on the background."""
    strip: Colour
    """What the stamps stand on."""
    stamp: Colour
    """A filled stamp."""
    mark: Colour
    """The glyph on a filled stamp."""


@dataclass(frozen=True, slots=True)
class Design:
    """One published state of a merchant's card design. Plain values; images are named by their SHA-256."""

    template: str
    organization: str
    """The merchant's name as the holder knows it."""
    shape: Shape
    palette: Palette
    words: Mapping[str, Mapping[Word, str]]
    """Language -> word -> text."""
    language: str
    """The one shown where the reader's language is missing; a key of `words`."""
    images: Mapping[Role, str] = field(default_factory=dict)
    """Role -> lower-case hex SHA-256 of the image's bytes."""
    contact: str = ""
    """Telephone, address and website as the merchant wrote them, lines separated by a newline."""

    def words_in(self, language: str) -> Mapping[Word, str]:
        return self.words.get(language) or self.words[self.language]
