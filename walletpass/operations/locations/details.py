"""What an owner tells about a location, read and checked field by field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.identifiers import LONGEST_NAME, clean_line
from walletpass.loyalty.places import LONGEST_TEXT
from walletpass.loyalty.positions import Position, read_position
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence

LONGEST_ADDRESS = 200
FIELD_NAMES: Mapping[str, Sentence] = {
    "name": sentence("Name"),
    "address": sentence("Address"),
    "position": sentence("Position"),
    "text": sentence("Text on the lock screen"),
}
_UUID = re.compile(r"[0-9A-F]{8}-?([0-9A-F]{4}-?){3}[0-9A-F]{12}", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_MOST_NUMBER = 0xFFFF
"""Majors and minors are 16 bits wide."""


@dataclass(frozen=True, slots=True)
class Beacon:
    uuid: str
    major: int | None = None
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class Details:
    name: str
    position: Position
    texts: Mapping[str, str]
    """Language -> what a phone shows when it is near."""
    address: str = ""
    beacon: Beacon | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "address": self.address,
            "latitude": self.position.latitude,
            "longitude": self.position.longitude,
            "texts": dict(self.texts),
            "beacon_uuid": self.beacon and self.beacon.uuid,
            "beacon_major": self.beacon and self.beacon.major,
            "beacon_minor": self.beacon and self.beacon.minor,
        }


def read_details(given: Mapping[str, str], language: str) -> tuple[Details | None, dict[str, Refusal]]:
    """The details if nothing is wrong, and what is wrong by field.

    Fields: name, address, position, `text.<language>` (needed in the merchant's `language`), and beacon_uuid,
    beacon_major, beacon_minor, which are judged together under the first.
    """
    read: dict[str, Callable[[str], object]] = {
        "name": lambda text: _up_to(LONGEST_NAME, "name", text),
        "address": lambda text: _up_to(LONGEST_ADDRESS, "address", text),
        "position": read_position,
        **{f"text.{spoken}": lambda text: _up_to(LONGEST_TEXT, "text", text) for spoken in LANGUAGES},
        "beacon_uuid": lambda uuid: _read_beacon(uuid, *(given.get(f"beacon_{n}", "") for n in _NUMBERS)),
    }
    needed = ("name", "position", f"text.{language}")
    values: dict[str, Any] = {}
    problems: dict[str, Refusal] = {}
    for field, reader in read.items():
        text = clean_line(given.get(field, ""))
        if field in needed and not text:
            problems[field] = Refusal("missing_field", field=FIELD_NAMES[field.partition(".")[0]])
            continue
        try:
            values[field] = reader(text)
        except Refusal as refusal:
            problems[field] = refusal
    if problems:
        return None, problems
    texts = {spoken: values[f"text.{spoken}"] for spoken in LANGUAGES if values[f"text.{spoken}"]}
    beacon = values["beacon_uuid"]
    return Details(values["name"], values["position"], texts, values["address"], beacon), {}


_NUMBERS = ("major", "minor")


def _up_to(most: int, field: str, text: str) -> str:
    if len(text) > most:
        raise Refusal("text_too_long", field=FIELD_NAMES[field], most=most)
    return text


def _read_beacon(uuid: str, major: str, minor: str) -> Beacon | None:
    """None where all are empty. Raises Refusal bad_beacon."""
    major, minor = major.strip(), minor.strip()
    if not uuid and not major and not minor:
        return None
    if not _UUID.fullmatch(uuid) or (minor and not major):
        raise Refusal("bad_beacon")
    return Beacon(str(UUID(uuid)).upper(), _read_number(major), _read_number(minor))


def _read_number(text: str) -> int | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > _MOST_NUMBER:
        raise Refusal("bad_beacon")
    return int(text)
