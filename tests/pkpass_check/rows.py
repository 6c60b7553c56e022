"""One row per rule: how a good pass is spoiled, and which finding must come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from pkpass_check.forge import Draft

from walletpass.pkpass.check import Report, Severity


@dataclass(frozen=True)
class Row:
    code: str
    edit: Callable[[Draft], object]
    also: frozenset[str] = frozenset()
    """Other errors that come with it."""

    @property
    def label(self) -> str:
        return self.code

    def check(self) -> Report:
        draft = Draft()
        self.edit(draft)
        return draft.check()


def expect(row: Row) -> None:
    """The finding is there, is no more severe than it should be, and says what to do."""
    report = row.check()
    (finding, *_) = [each for each in report.findings if each.code == row.code] or [None]
    assert finding, [each.code for each in report.findings]
    assert finding.sentence
    assert finding.remedy
    errors = {each.code for each in report.findings if each.severity is Severity.ERROR}
    assert errors - row.also == ({row.code} if finding.severity is Severity.ERROR else set())
    assert report.exit_code == (2 if not report.readable else bool(errors))
