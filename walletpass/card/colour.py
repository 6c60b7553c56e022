"""Colours as three bytes, and the contrast between two of them (WCAG 2.2, success criterion 1.4.3)."""

import re
from dataclasses import dataclass
from typing import Self

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Colour:
    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `#rrggbb`. Raises ValueError for anything else."""
        match = _HEX.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a colour of the form #rrggbb")
        return cls(*(int(part, 16) for part in match.groups()))

    @property
    def hex(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
