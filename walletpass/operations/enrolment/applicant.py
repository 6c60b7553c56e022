"""What somebody who joins tells about themselves, read and checked against what the programme asks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from walletpass.loyalty.identifiers import read_birthday, read_email, read_name, read_phone
from walletpass.loyalty.program import Asks
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence

FIELD_NAMES: Mapping[str, Sentence] = {
    "name": sentence("Name"),
    "email": sentence("E-mail"),
    "phone": sentence("Telephone"),
    "birthday": sentence("Date of birth"),
}
CONSENTS: Mapping[str, Sentence] = {
    "news": sentence("Send me news and offers by e-mail. I can stop this at any time."),
}
"""Purpose -> the words that were agreed to."""


@dataclass(frozen=True, slots=True)
class Applicant:
    name: str = ""
    email: str = ""
    phone: str = ""
    birthday: date | None = None
    consents: tuple[str, ...] = ()


def read_applicant(
    asks: Asks, given: Mapping[str, str], consents: Iterable[str], today: date
) -> tuple[Applicant, dict[str, Refusal]]:
    """The applicant, and what is wrong by field name. Fields that are not asked for are not read."""
    read: dict[str, Callable[[str], object]] = {
        "name": read_name,
        "email": read_email,
        "phone": read_phone,
        "birthday": lambda text: read_birthday(text, today),
    }
    values: dict[str, object] = {}
    problems: dict[str, Refusal] = {}
    for field, reader in read.items():
        needed, text = getattr(asks, field), given.get(field, "").strip()
        if needed and not text:
            problems[field] = Refusal("missing_field", field=FIELD_NAMES[field])
        if needed is None or not text:
            continue
        try:
            values[field] = reader(text)
        except Refusal as refusal:
            problems[field] = refusal
    agreed = tuple(purpose for purpose in CONSENTS if purpose in set(consents))
    return Applicant(**values, consents=agreed), problems  # type: ignore[arg-type]
