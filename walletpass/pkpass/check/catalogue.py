"""The rules, read from `rules/*.toml`: what can be wrong, how bad it is, and what to do about it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from walletpass.pkpass.check.findings import Finding, Severity

_LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Rule:
    severity: Severity
    sentence: str
    """This and the remedy are format strings over the facts of a finding."""
    remedy: str


def _load_rules() -> dict[str, Rule]:
    documents = (
        tomllib.loads(file.read_text("utf-8")) for file in files(__package__).joinpath("rules").iterdir()
    )
    return {
        code: Rule(Severity(rule["severity"]), rule["sentence"], rule["remedy"])
        for document in documents
        for code, rule in document.items()
    }


RULES = _load_rules()
"""Code -> rule. Codes are stable."""


def found(code: str, place: str, /, **facts: object) -> Finding:
    """That rule, broken at that place."""
    rule = RULES[code]
    shown = {name: printable(fact) for name, fact in facts.items()}
    sentence, remedy = rule.sentence.format(**shown), rule.remedy.format(**shown)
    return Finding(code, rule.severity, printable(place), sentence, remedy)


def printable(value: object) -> str:
    """`value` as text of bounded length that cannot move a terminal's cursor or break an encoder."""
    text = str(value)
    if len(text) > _LONGEST_SHOWN:
        text = text[: _LONGEST_SHOWN - 1] + "…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )


def listing(names: Iterable[str]) -> str:
    """The first few of `names`, sorted, with how many more there are."""
    ordered = sorted(names)
    more = f" and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    return ", ".join(ordered[:3]) + more
