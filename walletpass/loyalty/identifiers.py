"""How a person is found, in one canonical form each, and codes that people read and type."""

import re
import secrets
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from walletpass.loyalty.refusals import Refusal

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so nothing can be mistaken."""
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
_LOOK_ALIKES = str.maketrans("ILO", "110")
_EMAIL = re.compile(
    r"[^@\s\x00-\x1f\"(),:;<>\[\\\]]{1,64}@[^@\s\x00-\x1f/?#]{1,189}\.[^@\s\x00-\x1f/?#.]{2,63}"
)
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_PLASTIC = re.compile(r"[0-9A-Z]{6,32}")
LONGEST_NAME = 80
LONGEST_EXTERNAL = 64
LONGEST_BILL = 80
_BARCODE_LENGTH = 28
"""140 random bits; a barcode token needs at least 128."""
_TYPED_LENGTH = 12


class IdentifierKind(StrEnum):
    """Not a plastic card's number: that is a scan code, which can be lost and replaced."""

    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"
    """A till's or a web shop's own name for the person."""


CONTACTS = (IdentifierKind.EMAIL, IdentifierKind.PHONE)
"""Those by which somebody is reached as well."""


def new_barcode() -> str:
    return _random(_BARCODE_LENGTH)


def new_typed_code() -> str:
    return _random(_TYPED_LENGTH)


def spell_bytes(data: bytes) -> str:
    """Eight letters for every five bytes; their number is a multiple of five."""
    return b32encode(data).decode().translate(_CROCKFORD)


def spell_code(code: str) -> str:
    """As printed: groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(text: str) -> str:
    """A code as scanned or typed, in canonical form: spaces, dashes, case and look-alikes do not matter."""
    typed = re.sub(r"[\s\-]", "", text).upper().translate(_LOOK_ALIKES)
    return typed.encode("ascii", "replace").decode()


def read_email(text: str) -> str:
    """In lower case throughout, as every large provider treats it. Raises Refusal bad_email."""
    text = unicodedata.normalize("NFC", text.strip().casefold())
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise Refusal("bad_email")
    return text


def read_phone(text: str) -> str:
    """Digits; a plus before those that begin with a country's. Raises Refusal bad_phone."""
    digits = re.sub(r"^00", "+", re.sub(r"[\s().\-/]", "", text))
    if not _PHONE.fullmatch(digits):
        raise Refusal("bad_phone")
    return digits


def read_plastic(text: str) -> str:
    """The number on a printed card, as scanned or typed. Raises Refusal bad_card_number."""
    number = read_code(text)
    if not _PLASTIC.fullmatch(number):
        raise Refusal("bad_card_number")
    return number


def read_external(text: str) -> str:
    """To the letter, for upper and lower case may differ in it. Raises Refusal bad_external_id."""
    external = clean_line(unicodedata.normalize("NFC", text))
    if not 0 < len(external) <= LONGEST_EXTERNAL:
        raise Refusal("bad_external_id", most=LONGEST_EXTERNAL)
    return external


def read_bill(text: str) -> str:
    """A till's own name for a purchase, to the letter. Raises Refusal bad_bill."""
    if not 0 < len(text) <= LONGEST_BILL or clean_line(text) != text:
        raise Refusal("bad_bill", most=LONGEST_BILL)
    return text


READERS: Mapping[IdentifierKind, Callable[[str], str]] = {
    IdentifierKind.EMAIL: read_email,
    IdentifierKind.PHONE: read_phone,
    IdentifierKind.EXTERNAL: read_external,
}


def clean_line(text: str) -> str:
    """Without control characters and surplus spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_name(text: str) -> str:
    """Any script. Raises Refusal bad_name."""
    name = clean_line(text)
    if len(name) > LONGEST_NAME:
        raise Refusal("bad_name", most=LONGEST_NAME)
    return name


def read_birthday(text: str, today: date) -> date:
    """`yyyy-mm-dd` in the past, of somebody who may be alive. Raises Refusal bad_birthday."""
    try:
        birthday = date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("bad_birthday") from None
    if not today.year - 130 <= birthday.year or birthday > today:
        raise Refusal("bad_birthday")
    return birthday


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
