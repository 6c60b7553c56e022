"""What a merchant keeps about a member, and what follows from it."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from walletpass.card.design import LANGUAGES
from walletpass.loyalty.identifiers import clean_line, read_birthday, read_name
from walletpass.loyalty.refusals import Refusal
from walletpass.loyalty.wording import Sentence, sentence

LONGEST_TOWN = 80
LONGEST_DESCRIPTION = 1000
LONGEST_TAG = 30
MOST_TAGS = 20
MOST_IDENTIFIERS = 10


class MemberStatus(StrEnum):
    """From the best to the worst, as lists show them."""

    VIP = "vip"
    """Heads the list of customers; staff see it at the counter."""
    ACTIVE = "active"
    BLOCKED = "blocked"
    """Neither earns nor redeems."""


STATUS_NAMES: Mapping[MemberStatus, Sentence] = {
    MemberStatus.VIP: sentence("VIP"),
    MemberStatus.ACTIVE: sentence("Active"),
    MemberStatus.BLOCKED: sentence("Blocked"),
}


def read_status(text: str) -> MemberStatus:
    """Raises Refusal bad_status."""
    try:
        return MemberStatus(text)
    except ValueError:
        raise Refusal("bad_status") from None


def require_in_use(account_state: str) -> None:
    """Raises Refusal closed_account, void_card."""
    if account_state != "active":
        raise Refusal("void_card" if account_state == "merged" else "closed_account")


def refuse_blocked(status: str) -> None:
    """Before anything is earned or redeemed. Raises Refusal blocked_member."""
    if status == MemberStatus.BLOCKED:
        raise Refusal("blocked_member")


@dataclass(frozen=True, slots=True)
class About:
    """What is written about a member."""

    language: str
    name: str = ""
    birthday: date | None = None
    town: str = ""
    description: str = ""
    """Of several lines; for those who work here, never on the card."""

    @property
    def revision(self) -> str:
        """Another whenever something in it is; a page that was opened at another one is stale."""
        told = "\0".join(str(value) for value in asdict(self).values())
        return hashlib.sha256(told.encode()).hexdigest()[:16]


ABOUT_NAMES: Mapping[str, Sentence] = {
    "language": sentence("Language"),
    "name": sentence("Name"),
    "birthday": sentence("Date of birth"),
    "town": sentence("Town"),
    "description": sentence("Description"),
}


def edit_about(about: About, given: Mapping[str, str], today: date) -> tuple[About, dict[str, Refusal]]:
    """What is written after the changes, and what is wrong by field name; fields not `given` stay as they are."""
    readers: dict[str, Callable[[str], object]] = {
        "language": _read_language,
        "name": read_name,
        "birthday": lambda text: read_birthday(text, today) if text.strip() else None,
        "town": lambda text: _within("town", clean_line(text), LONGEST_TOWN),
        "description": lambda text: _within("description", clean_lines(text), LONGEST_DESCRIPTION),
    }
    values: dict[str, object] = {}
    problems: dict[str, Refusal] = {}
    for field in readers.keys() & given.keys():
        try:
            values[field] = readers[field](given[field])
        except Refusal as refusal:
            problems[field] = refusal
    return replace(about, **values), problems  # type: ignore[arg-type]


def inherit(kept: About, gone: About) -> About:
    """Of two who are the same person: what was not known of the one is taken from the other."""
    return replace(kept, **{f.name: getattr(kept, f.name) or getattr(gone, f.name) for f in fields(About)})


def clean_lines(text: str) -> str:
    """Of several lines, each without control characters; no empty ones at either end."""
    return "\n".join(map(clean_line, text.splitlines())).strip("\n")


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    folded: str
    """Equal for tags that only differ in upper and lower case."""


def read_tag(text: str) -> Tag:
    """Raises Refusal bad_tag."""
    tag = clean_line(unicodedata.normalize("NFKC", text))
    if not 0 < len(tag) <= LONGEST_TAG:
        raise Refusal("bad_tag", most=LONGEST_TAG)
    return Tag(tag, tag.casefold())


def join_statuses(*statuses: str) -> MemberStatus:
    """Of somebody who was known as several people: a block stays, and so does an honour."""
    for status in (MemberStatus.BLOCKED, MemberStatus.VIP):
        if status in statuses:
            return status
    return MemberStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Consent:
    id: int
    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


def find_overruled(consents: Iterable[Consent]) -> dict[int, datetime]:
    """Id -> when it was withdrawn: what one person gave as two people ends where either said stop later."""
    consents = list(consents)
    stops: dict[str, datetime] = {}
    for consent in consents:
        if consent.withdrawn_at is not None:
            stops[consent.purpose] = max(
                consent.withdrawn_at, stops.get(consent.purpose, consent.withdrawn_at)
            )
    return {
        consent.id: stops[consent.purpose]
        for consent in consents
        if consent.withdrawn_at is None
        and consent.purpose in stops
        and consent.given_at <= stops[consent.purpose]
    }


def _read_language(text: str) -> str:
    if text not in LANGUAGES:
        raise Refusal("bad_language")
    return text


def _within(field: str, text: str, most: int) -> str:
    if len(text) > most:
        raise Refusal("text_too_long", field=ABOUT_NAMES[field], most=most)
    return text
