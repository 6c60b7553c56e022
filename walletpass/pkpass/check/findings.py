"""What the validator says, as data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    ERROR = "error"
    """An iPhone refuses the pass."""
    WARNING = "warning"
    """The pass installs, but something is dropped, hidden or will not work."""
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    place: str
    """A file of the package, or a path inside one: `pass.json storeCard.headerFields[0].value`."""
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pass says it is, and who signed it; None for what could not be read."""

    pass_type: str | None = None
    team: str | None = None
    serial: str | None = None
    organization: str | None = None
    signed_at: datetime | None = None
    chain: tuple[str, ...] = ()
    """Common names from the signer upwards."""


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Finding, ...]
    passes: tuple[Identity, ...]
    """One for a pass, one per pass for a bundle."""
    readable: bool = True

    @classmethod
    def unreadable(cls, finding: Finding) -> Self:
        return cls((finding,), (), readable=False)

    @property
    def exit_code(self) -> int:
        """0: nothing worse than warnings. 1: an iPhone would refuse it. 2: not a package that can be read."""
        if not self.readable:
            return 2
        return int(any(finding.severity is Severity.ERROR for finding in self.findings))
