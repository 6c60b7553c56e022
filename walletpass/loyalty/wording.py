"""Sentences as message ids with values. Rules return them; doors and renderers put them into a language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Union

from walletpass.loyalty.units import Unit, UnitNames

Value = Union[str, int, Decimal, date, "Money", "Percent", "UnitCount", "Sentence"]


@dataclass(frozen=True, slots=True)
class Money:
    minor: int
    """Cents, where the currency has them."""
    currency: str
    """ISO 4217."""


@dataclass(frozen=True, slots=True)
class Percent:
    n: int


@dataclass(frozen=True, slots=True)
class UnitCount:
    """Said as "12 points", in the merchant's own word where there is one."""

    n: int
    unit: Unit
    names: UnitNames = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`message` is English with `%(name)s` holes; `plural` and the value `n` choose its other form."""

    message: str
    plural: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


def sentence(message: str, **values: Value) -> Sentence:
    return Sentence(message, "", values)


def counted(message: str, plural: str, n: int, **values: Value) -> Sentence:
    return Sentence(message, plural, {"n": n, **values})


def in_a_row(sentences: Iterable[Sentence]) -> Sentence:
    """One after the other, at least one."""
    return reduce(
        lambda one, other: Sentence("%(one)s %(other)s", "", {"one": one, "other": other}), sentences
    )
