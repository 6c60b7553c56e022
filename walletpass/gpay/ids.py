"""Names of classes and objects at Google: issuer, dot, suffix.

They stand in links, callbacks and logs, are never used twice and can never be deleted, so they tell nothing about
anybody: https://developers.google.com/wallet/reference/rest/v1/loyaltyobject
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

_RANDOM_BYTES = 16
_MOST_SUFFIX = 64
"""Characters; Google names no limit, but every one makes a save link longer."""
_SHAPE = re.compile(rf"([0-9]{{1,19}})\.([A-Za-z0-9._-]{{1,{_MOST_SUFFIX}}})")
_OUTSIDE = re.compile(r"[^a-z0-9_-]")
_MARK_BYTES = 5


@dataclass(frozen=True, slots=True)
class ResourceId:
    issuer: str
    """Digits."""
    suffix: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(str(self)):
            raise ValueError(
                "not an issuer's digits, a dot, and letters, digits, dots, dashes or underscores"
            )

    def __str__(self) -> str:
        return f"{self.issuer}.{self.suffix}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        return cls(*text.partition(".")[::2])

    @classmethod
    def at_random(cls, issuer: str) -> Self:
        """A name that nobody can guess."""
        return cls(issuer, secrets.token_hex(_RANDOM_BYTES))


class ClassId(ResourceId):
    """Of a program, or of one tier of it."""

    @classmethod
    def made_of(cls, issuer: str, *parts: str) -> Self:
        """Of words that are public anyway, such as a program's code; other words never make the same name."""
        written = ".".join(part for part in parts if part)
        suffix = ".".join(_OUTSIDE.sub("_", part.lower()) for part in parts if part)
        if suffix != written or len(suffix) > _MOST_SUFFIX:
            mark = blake2b("\0".join(parts).encode(), digest_size=_MARK_BYTES).hexdigest()
            suffix = f"{suffix[: _MOST_SUFFIX - len(mark) - 1]}-{mark}"
        return cls(issuer, suffix)


class ObjectId(ResourceId):
    """Of one member's card."""
