"""Why something is refused: a stable code, and a message with the values that fill it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

Message = NewType("Message", str)
"""English with `%(name)s` holes: what a catalogue of translations knows it by."""


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    message: Message
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The whole sentence, in English."""
        return self.message % self.values
