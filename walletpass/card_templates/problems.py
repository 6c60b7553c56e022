"""What is wrong with a card template, for the person who wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass


class Unfit(ValueError):
    """A value that cannot be used; whoever read it knows the file and the key."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    template: str
    file: str
    key: str
    """Dotted, as in `colours.label`; empty if the whole file is meant."""
    code: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.template}/{self.file}".rstrip("/")
        return ": ".join(part for part in (place, self.key, self.sentence) if part)


class BrokenTemplate(Exception):
    """Every problem of one template at once."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Notebook:
    """Collects the problems of one template while reading goes on."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.problems: list[TemplateProblem] = []

    def note(self, file: str, key: str, code: str, sentence: str) -> None:
        self.problems.append(TemplateProblem(self.template, file, key, code, sentence))

    def raise_if_any(self) -> None:
        if self.problems:
            raise BrokenTemplate(self.problems)
