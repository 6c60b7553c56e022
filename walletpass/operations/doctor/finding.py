"""What a check found: how it stands, said in a sentence, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, but not for long or not for everybody."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """There was nothing to try."""


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and what it is about."""

    name: str
    status: Status
    sentence: str
    remedy: str


ok = partial(Verdict, Status.OK)
warning = partial(Verdict, Status.WARNING)
failed = partial(Verdict, Status.FAILED)
skipped = partial(Verdict, Status.SKIPPED)
